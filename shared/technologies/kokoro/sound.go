package kokoro

import (
	"math"
	"slices"

	"github.com/devotionalai/platform/shared/domains/render"
)

const (
	window      = rate / 100       // 10 ms, in which loudness is measured
	lead        = 20 * rate / 1000 // of the silence before speech stays
	tail        = 60 * rate / 1000 // and after it: a last s or f fades for that long
	silence     = 0.004            // below it nothing is heard
	clausePause = 120 * rate / 1000
)

// trim cuts silence off both ends, and lets what stays of it begin and end at zero.
func trim(samples []float32) []float32 {
	from, to := -1, 0
	for at := 0; at < len(samples); at += window {
		part := samples[at:min(at+window, len(samples))]
		if rms(part) > silence {
			if from < 0 {
				from = at
			}
			to = at + len(part)
		}
	}
	if from < 0 {
		return nil
	}
	kept := slices.Clone(samples[max(0, from-lead):min(len(samples), to+tail)])
	for i := range min(lead/4, len(kept)/2) {
		gain := float32(i) / float32(lead/4)
		kept[i] *= gain
		kept[len(kept)-1-i] *= gain
	}
	return kept
}

func rms(samples []float32) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(max(1, len(samples))))
}

// level makes sentences, and voices, equally loud.
func level(samples []float32) []int16 {
	gain := render.LevelGain(samples, rate)
	all := make([]int16, len(samples))
	for i, s := range samples {
		all[i] = int16(math.Round(float64(s) * gain * math.MaxInt16))
	}
	return all
}

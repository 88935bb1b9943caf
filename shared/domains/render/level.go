package render

import (
	"math"
	"slices"
)

const (
	// loudness of a sentence, without its pauses: -23 dB below full scale, which
	// leaves room for the loudest syllable.
	sentenceLoudness = 0.0708
	mostGain         = 2.0 // a whispered word stays one
	sentencePeak     = 0.95
)

// LevelGain is what makes sentences, and voices, equally loud: the louder half of
// 10 ms windows counts, as pauses say nothing. Nothing is clipped by it. Full scale
// is 1.
func LevelGain(samples []float32, rate int) float64 {
	var powers []float64
	peak := 0.0
	for part := range slices.Chunk(samples, max(rate/100, 1)) {
		sum := 0.0
		for _, s := range part {
			sum += float64(s) * float64(s)
			peak = max(peak, math.Abs(float64(s)))
		}
		powers = append(powers, sum/float64(len(part)))
	}
	slices.Sort(powers)
	sum := 0.0
	loud := powers[len(powers)/2:]
	for _, p := range loud {
		sum += p
	}
	gain := mostGain
	if sum > 0 {
		gain = min(mostGain, sentenceLoudness/math.Sqrt(sum/float64(len(loud))))
	}
	return min(gain, sentencePeak/max(peak, 1e-9))
}

// leveled is a recording as loud as every other, whoever made it: scenes of one
// video may be read by different engines.
func leveled(samples []int16, rate int) []int16 {
	full := make([]float32, len(samples))
	for i, s := range samples {
		full[i] = float32(s) / math.MaxInt16
	}
	gain := LevelGain(full, rate)
	all := make([]int16, len(samples))
	for i, s := range samples {
		all[i] = int16(math.Round(float64(s) * gain))
	}
	return all
}

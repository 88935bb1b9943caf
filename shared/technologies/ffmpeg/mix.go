package ffmpeg

import (
	"context"
	"fmt"
	"math"

	"github.com/devotionalai/platform/shared/domains/render"
)

// mix is the whole sound of a video: how loud its narration is made, and what
// plays under it.
type mix struct {
	voice  float64 // dB
	spoken bool    // some narration is heard
	music  *bed    // nil without music
}

// mix measures the sound and decides on its levels.
func (e *Encoder) mix(ctx context.Context, dir string, spec render.AssembleSpec) (mix, error) {
	var m mix
	var err error
	if m.voice, m.spoken, err = e.gain(ctx, dir, spec); err != nil {
		return m, fmt.Errorf("measure narration: %w", err)
	}
	if m.music, err = e.bed(ctx, dir, spec); err != nil || m.music == nil {
		return m, err
	}
	alone := func(filters string) (float64, error) {
		return e.loudness(ctx, dir, m.music.inputs(), m.music.graph(spec, 0)+filters, "")
	}
	if !m.spoken {
		gain, heard, err := toTarget(musicAlone, alone)
		m.music.gain = gain
		return m.unless(heard), err
	}
	loudness, err := alone("")
	if err != nil || math.IsInf(loudness, 0) {
		return m.unless(false), err
	}
	m.music.gain = math.Min(render.LoudnessTarget-render.MusicBelow-loudness, maxGain)
	return m, e.yield(ctx, dir, spec, m)
}

// unless leaves silent music out.
func (m mix) unless(heard bool) mix {
	if !heard {
		m.music = nil
	}
	return m
}

// yield lowers the music until it does not count as programme. Loudness is
// measured over what is not much quieter than the whole; of a video that is
// mostly pauses, music would be the larger part, and the whole too quiet. The
// narration must not be made louder for it.
func (e *Encoder) yield(ctx context.Context, dir string, spec render.AssembleSpec, m mix) error {
	for range musicSteps {
		loudness, err := e.loudness(ctx, dir, m.inputs(spec), m.graph(spec, 0), "")
		if err != nil || math.Abs(loudness-render.LoudnessTarget) <= loudnessSlack {
			return err
		}
		m.music.gain -= musicStep
	}
	return nil
}

func (m mix) inputs(spec render.AssembleSpec) []string {
	return append(soundInputs(spec), m.music.inputs()...)
}

// graph is the sound in stereo, to the sample as long as the video; first is the
// number of the first sound input. The graph has no end label yet.
func (m mix) graph(spec render.AssembleSpec, first int) string {
	voice := soundGraph(spec, first) + level(m.voice) + ",pan=stereo|c0=c0|c1=c0"
	if m.music == nil {
		return voice
	}
	music := m.music.graph(spec, first+len(soundInputs(spec))/2)
	if !m.spoken {
		return music + "," + limiter
	}
	samples := spec.TotalFrames * render.SamplesPerFrame
	return fmt.Sprintf("%s,asplit[voice][key];%s[music];[music][key]%s[bed];"+
		"[voice][bed]amix=inputs=2:normalize=0:duration=first:dropout_transition=0,%s,apad=whole_len=%d,atrim=end_sample=%d",
		voice, music, duck, limiter, samples, samples)
}

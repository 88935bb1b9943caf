package render

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// SampleFiles keeps one recording of each voice, which anybody may hear.
type SampleFiles interface {
	HasSample(ctx context.Context, voiceID string) (bool, error)
	PutSample(ctx context.Context, voiceID string, wav []byte) error
	// SampleLink returns a URL that reads the sample for 15 minutes.
	SampleLink(ctx context.Context, voiceID string) (string, error)
}

// Sampler makes the samples of all voices. A voice is heard by itself or not at
// all: no understudy stands in. The samples are WAV files, so that the function
// that makes them has room for the voices instead of the encoder.
type Sampler struct {
	Speaker Speaker
	Files   SampleFiles
}

// SampleReport says what a run did.
type SampleReport struct {
	Made   int `json:"made"`   // by this run
	Kept   int `json:"kept"`   // were there already
	Failed int `json:"failed"` // are for the next run
}

// Run makes every sample that is not there yet. One that cannot be made does not
// keep the others from it; the error tells of all.
func (s Sampler) Run(ctx context.Context) (SampleReport, error) {
	var report SampleReport
	var failed []error
	for _, v := range s.Speaker.Voices() {
		made, err := s.sample(ctx, v)
		switch {
		case ctx.Err() != nil:
			return report, ctx.Err()
		case err != nil:
			report.Failed++
			failed = append(failed, fmt.Errorf("sample of %s: %w", v.ID, err))
		case made:
			report.Made++
		default:
			report.Kept++
		}
	}
	return report, errors.Join(failed...)
}

// sample makes the sample of a voice unless it is there.
func (s Sampler) sample(ctx context.Context, v voice.Voice) (made bool, err error) {
	there, err := s.Files.HasSample(ctx, v.ID)
	if err != nil || there {
		return false, err
	}
	sentences := reading.Sentences(voice.Sample(v), v.Reads())
	parts := make([]Speech, len(sentences))
	for i, sentence := range sentences {
		if parts[i], err = s.Speaker.Speak(ctx, v.ID, sentence.Spoken); err != nil {
			return false, err
		}
	}
	speech, _, err := Join(sentences, parts)
	if err != nil {
		return false, err
	}
	amplify(speech.Samples, sampleGain)
	return true, s.Files.PutSample(ctx, v.ID, WAV(speech))
}

// A sample is not mixed as a video is: it gets what a voice may gain without its
// loudest syllable being clipped.
const (
	sampleGain = 2.0
	samplePeak = 0.85
)

// amplify makes samples louder in place, up to the peak that is let be.
func amplify(samples []int16, gain float64) {
	peak := 0.0
	for _, v := range samples {
		peak = max(peak, math.Abs(float64(v))/math.MaxInt16)
	}
	gain = min(gain, samplePeak/max(peak, 1e-9))
	for i, v := range samples {
		samples[i] = int16(math.Round(float64(v) * gain))
	}
}

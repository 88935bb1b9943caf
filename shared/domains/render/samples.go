package render

import (
	"context"
	"fmt"
)

// SampleFiles keeps one recording of each voice, which anybody may hear.
type SampleFiles interface {
	HasSample(ctx context.Context, voiceID string) (bool, error)
	PutSample(ctx context.Context, voiceID string, m4a []byte) error
	// SampleLink returns a URL that reads the sample for 15 minutes.
	SampleLink(ctx context.Context, voiceID string) (string, error)
}

// SampleCoder encodes speech as an M4A file.
type SampleCoder interface {
	M4A(ctx context.Context, s Speech) ([]byte, error)
}

// sampleText is what each voice says of itself.
const sampleText = "Be still, and know that I am God. This is how I would read your devotional."

// Sampler makes the samples of all voices.
type Sampler struct {
	Speaker Speaker
	Files   SampleFiles
	Coder   SampleCoder
}

// SampleReport says what a run did.
type SampleReport struct {
	Made int `json:"made"` // by this run
	Kept int `json:"kept"` // were there already
}

// Run makes every sample that is not there yet.
func (s Sampler) Run(ctx context.Context) (SampleReport, error) {
	var report SampleReport
	for _, voice := range s.Speaker.Voices() {
		there, err := s.Files.HasSample(ctx, voice.ID)
		if err != nil {
			return report, err
		}
		if there {
			report.Kept++
			continue
		}
		speech, err := s.Speaker.Speak(ctx, voice.ID, sampleText)
		if err != nil {
			return report, err
		}
		m4a, err := s.Coder.M4A(ctx, speech)
		if err != nil {
			return report, fmt.Errorf("encode sample: %w", err)
		}
		if err := s.Files.PutSample(ctx, voice.ID, m4a); err != nil {
			return report, err
		}
		report.Made++
	}
	return report, nil
}

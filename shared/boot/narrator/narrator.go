// Package narrator makes the configured Speaker.
package narrator

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
	"github.com/devotionalai/platform/shared/technologies/polly"
)

// Settings name the narrator; the paths of those that do not speak are empty.
type Settings struct {
	Provider string `env:"VOICE_PROVIDER,required,notEmpty"` // kokoro, espeak or polly
	Espeak   espeak.Settings
	Kokoro   kokoro.Settings
}

// New makes the Speaker.
func New(rt *boot.Runtime, s Settings) (render.Speaker, error) {
	switch s.Provider {
	case "kokoro":
		reads := espeak.New(s.Espeak)
		return &natural{voice: kokoro.New(s.Kokoro, reads.Phonemes), plain: reads, warn: func(ctx context.Context, err error) { rt.Warn(ctx, err) }}, nil
	case "espeak":
		return espeak.New(s.Espeak), nil
	case "polly":
		return polly.New(rt.AWS), nil
	}
	return nil, fmt.Errorf("settings: VOICE_PROVIDER is not kokoro, espeak or polly")
}

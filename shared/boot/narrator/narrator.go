// Package narrator makes the configured Speaker.
package narrator

import (
	"fmt"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/polly"
)

// Settings name the narrator; espeak-ng's are empty where Polly speaks.
type Settings struct {
	Provider string `env:"VOICE_PROVIDER,required,notEmpty"` // espeak or polly
	espeak.Settings
}

// New makes the Speaker.
func New(rt *boot.Runtime, s Settings) (render.Speaker, error) {
	switch s.Provider {
	case "espeak":
		return espeak.New(s.Settings), nil
	case "polly":
		return polly.New(rt.AWS), nil
	}
	return nil, fmt.Errorf("settings: VOICE_PROVIDER is neither espeak nor polly")
}

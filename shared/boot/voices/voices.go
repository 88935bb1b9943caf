// Package voices tells which voices the configured narrator has, for functions
// that let people choose one and never speak.
package voices

import (
	"fmt"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/espeak"
)

// Settings name the narrator.
type Settings struct {
	Provider string `env:"VOICE_PROVIDER,required,notEmpty"` // espeak or polly
}

// Voices lists the narrator's voices; the first is the default. All narrators
// have the same ones, by id and name, so this asks the one whose package links
// no SDK; a test holds the lists together.
func (s Settings) Voices() ([]render.Voice, error) {
	switch s.Provider {
	case "espeak", "polly":
		return espeak.Voices(), nil
	}
	return nil, fmt.Errorf("settings: VOICE_PROVIDER is neither espeak nor polly")
}

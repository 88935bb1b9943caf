// Package voices tells which voices the configured narrator has, for functions
// that let people choose one and never speak.
package voices

import (
	"fmt"

	"github.com/devotionalai/platform/shared/domains/voice"
)

// Settings name the narrator.
type Settings struct {
	Provider voice.Provider `env:"VOICE_PROVIDER,required,notEmpty"` // kokoro, espeak or polly
}

// Voices lists those that the narrator has; the first is the default of a text
// whose language is not known.
func (s Settings) Voices() ([]voice.Voice, error) {
	if all := voice.Offered(s.Provider); len(all) > 0 {
		return all, nil
	}
	return nil, fmt.Errorf("settings: VOICE_PROVIDER is none of %v", voice.Providers())
}

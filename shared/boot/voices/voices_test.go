package voices

import (
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/polly"
)

// A project keeps the id of its voice: it must mean the same with any provider.
func TestEveryNarratorHasTheSameVoices(t *testing.T) {
	if !slices.Equal(espeak.Voices(), polly.Voices()) {
		t.Errorf("espeak has %v, Polly has %v", espeak.Voices(), polly.Voices())
	}
	for _, provider := range []string{"espeak", "polly"} {
		if all, err := (Settings{Provider: provider}).Voices(); err != nil || len(all) == 0 {
			t.Errorf("%s: %v, %v", provider, all, err)
		}
	}
	if _, err := (Settings{Provider: "parrot"}).Voices(); err == nil {
		t.Error("an unknown provider has voices")
	}
}

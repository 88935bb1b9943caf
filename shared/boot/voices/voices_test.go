package voices

import (
	"testing"

	"github.com/devotionalai/platform/shared/domains/voice"
)

func TestEveryProviderHasVoices(t *testing.T) {
	for _, provider := range voice.Providers() {
		if all, err := (Settings{Provider: provider}).Voices(); err != nil || len(all) == 0 {
			t.Errorf("%s: %v, %v", provider, all, err)
		}
	}
	if _, err := (Settings{Provider: "parrot"}).Voices(); err == nil {
		t.Error("an unknown provider has voices")
	}
}

package render

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// shelf has every picture, and one narration for all scenes.
type shelf struct {
	Files
	narration narration
}

func (shelf) GetFile(context.Context, tenant.ID, string, string) error { return nil }

func (s shelf) GetBytes(context.Context, tenant.ID, string) ([]byte, error) {
	return json.Marshal(s.narration)
}

// The plan looks for the fonts that the encoder will draw with: both take a text to be
// in the same language, that of who reads it today or else its own.
func TestTheEncoderDrawsInTheLanguageThatThePlanLookedAt(t *testing.T) {
	const english = "The Lord is near to all who call on him in truth."
	for name, c := range map[string]struct {
		source       Source
		voice        string            // that read the scene; "" is none
		title, scene language.Language // that draw them
	}{
		// Kokoro has no Japanese voice: an English one reads, and the title is English too.
		"a voice that is not offered": {Source{Voice: "haruka", Scenes: []SourceScene{{Text: english}}}, "", "en", "en"},
		"nobody reads it":             {Source{Language: "ja", Scenes: []SourceScene{{Text: "静まって、知れ。"}}}, "", "ja", "ja"},
		"nothing of it is said":       {Source{Voice: "grace", Language: "ja", Scenes: []SourceScene{{Text: "静"}}}, "", "ja", "ja"},
		"it is said":                  {Source{Voice: "grace", Language: "ja", Scenes: []SourceScene{{Text: english}}}, "grace", "ja", "en"},
	} {
		task := &task{source: c.source, job: Job{Parts: map[int]map[PartKind]Part{1: {ImagePart: {}, VoicePart: {}}}}}
		task.Files = shelf{narration: narration{Voice: c.voice}}
		for scene, want := range []language.Language{c.title, c.scene} {
			shot, err := task.shot(t.Context(), scene, c.source.readers(voice.Offered(voice.Kokoro)))
			if err != nil || shot.Language != want {
				t.Errorf("%s: shot %d is drawn in %q, want %q (%v)", name, scene, shot.Language, want, err)
			}
		}
	}
}

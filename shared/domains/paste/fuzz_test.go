package paste

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// FuzzSplit: whatever is pasted, what is proposed may be saved as it is: as many
// scenes, as long, with prompts as a project takes; and it is proposed again.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"a", "# T\n\na.\n\nb.", "1. a\n2. b\n\n* c", "> Psalm 23:1-3\n> The LORD is my shepherd.\n\nAmen.", "---", "***\n\n***", "Psalm 23", "\u200b", "…", strings.Repeat("a ", 2000), strings.Repeat("主", 3000), strings.Repeat("x", 3000),
		"Joh 3,16.\n\n\n\nAlso hat Gott die Welt geliebt.", "[a](javascript:alert(1))", "<script>alert(1)</script>", "{\\an8}x", "👨‍👩‍👧\n\n🙏", "a\r\n\r\nb", "=1+1", strings.Repeat("#", 100), strings.Repeat("\n\na", 50), "שלום\n\nعالم",
	} {
		f.Add(seed, "")
	}
	f.Add("Der Herr ist mein Hirte.", "de")
	f.Add("a", "xx")
	f.Add("a", "EN\x00")
	s := NewSplitter(render.Estimator{}, voice.Offered(voice.Kokoro))
	f.Fuzz(func(t *testing.T, text, l string) {
		if utf8.RuneCountInString(text) > 4000 {
			return
		}
		pasted := Text{Text: text, Language: language.Language(l)}
		p, err := s.propose(pasted)
		if err != nil {
			if !problem.Is(err, problem.InvalidInput) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if len(p.Scenes) < 1 || len(p.Scenes) > render.MaxScenes || p.Voice == "" {
			t.Errorf("%q: %d scenes, read by %q", text, len(p.Scenes), p.Voice)
		}
		for i, scene := range p.Scenes {
			if n := utf8.RuneCountInString(scene.Text); n < 1 || n > render.MaxSceneChars || strings.TrimSpace(scene.Text) != scene.Text {
				t.Errorf("%q: scene %d is %q", text, i, scene.Text)
			}
			if _, err := project.CheckPrompt("image_prompt", scene.ImagePrompt); err != nil {
				t.Errorf("%q: the prompt %q: %v", text, scene.ImagePrompt, err)
			}
		}
		if again, err := s.propose(pasted); err != nil || len(again.Scenes) != len(p.Scenes) || again.Title != p.Title {
			t.Errorf("%q: %d scenes at first, then %d, %v", text, len(p.Scenes), len(again.Scenes), err)
		}
	})
}

package language_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// FuzzDetect: a text is of a language that has a name, or of none; what is sure is
// of one.
func FuzzDetect(f *testing.F) {
	for _, seed := range []string{"", "The LORD is my shepherd.", "\xff\xfe", "主は私の羊飼い", "الرب", "\u0345", strings.Repeat("ŝ", 3000), "ＴＨＥ", "👨‍👩‍👧", "a\u0301\u0301\u0301", "İ", "en-GB"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(language.Pattern)
	f.Fuzz(func(t *testing.T, text string) {
		found := language.Detect(text)
		if found.Language != language.Unknown && !found.Language.Valid() || found.Sure && found.Language == language.Unknown {
			t.Errorf("%q is found to be %+v", text, found)
		}
		if l := language.Language(text); l.Valid() != (form.MatchString(text) && text != "") {
			t.Errorf("%q is a language: %v", text, l.Valid())
		}
		if again := language.Of(string(language.Of(text))); again != language.Of(text) {
			t.Errorf("%q is of %q, and that of %q", text, language.Of(text), again)
		}
	})
}

package script_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/script"
)

// FuzzLines: between its atoms a text may break; together they are all of it, but
// for the space between words. What is drawn of it is nothing that was not there.
func FuzzLines(f *testing.F) {
	for _, seed := range []string{"", " ", "a b", "a\u200bb", "ภาษาไทย", "\u0e31\u0e31", "主は、私。", "שלום (x) עולם", "\u200f", "👨‍👩‍👧", "e\u0301 x", "\ufeff", "a\u00a0b", "\xff", "ก\u0e4dา", "\u202e", "\u0600\u0601"} {
		f.Add(seed, "")
		f.Add(seed, "ja")
	}
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	f.Fuzz(func(t *testing.T, text, l string) {
		if !utf8.ValidString(text) {
			return
		}
		if got := strings.Join(script.Atoms(text), ""); bare(got) != bare(text) {
			t.Errorf("%q breaks into %q", text, script.Atoms(text))
		}
		for _, run := range script.Choose(script.Sans, language.Language(l), text).Runs(text) {
			for _, r := range run.Text {
				if !strings.ContainsRune(text, r) && !script.Invisible(r) && r != ' ' {
					t.Errorf("%q is drawn with %q", text, r)
				}
			}
		}
		if line := script.Directed(text, text); strings.ContainsAny(strings.ReplaceAll(line, text, ""), "\n\r{}\\<>&") {
			t.Errorf("%q is directed as %q", text, line)
		}
	})
}

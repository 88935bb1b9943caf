package espeak

import (
	"strings"
	"testing"
	"unicode"
)

// FuzzSentence: what the engine gets holds nothing that ends a C string or drives
// the engine, and every letter of the sentence.
func FuzzSentence(f *testing.F) {
	for _, seed := range []string{"Amen.", "a\x00b", "\x01+50s", "\x1b", "[[h@l'oU]]", "<speak>", "\u0085", "\x7f", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sentence string) {
		got := clean(sentence)
		if strings.ContainsFunc(got, unicode.IsControl) || clean(got) != got || len([]rune(got)) != len([]rune(sentence)) {
			t.Errorf("%q is spoken as %q", sentence, got)
		}
	})
}

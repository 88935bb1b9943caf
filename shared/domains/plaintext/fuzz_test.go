package plaintext_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/devotionalai/platform/shared/domains/plaintext"
)

// FuzzCheck: text that is taken is taken again as it is, is NFC, within its
// bounds, and holds nothing that only a machine reads.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"", " a ", "a\r\nb", "a\u2028b", "a\fb", "\x00", "\u0085", "a\u202eb", "\u200f\u0645", "e\u0301", "\ufffd", "\xff", "\ue000", "\U000E0001", "👨‍👩‍👧", "\ufeffa", "a\u00a0", "\u1100\u1161", "\U0001FAFF", "\u0378", "\u3000", "a\v", "\u2029\u0301",
	} {
		f.Add(seed, true, 10)
		f.Add(seed, false, 3)
	}
	f.Fuzz(func(t *testing.T, s string, lines bool, most int) {
		rule := plaintext.Rule{Min: 1, Max: most, Lines: lines}
		clean, wrong := rule.Check(s)
		if wrong != "" {
			return
		}
		if again, wrong := rule.Check(clean); wrong != "" || again != clean {
			t.Errorf("%q is %q, and that %q: %s", s, clean, again, wrong)
		}
		machine := func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || unicode.Is(unicode.Co, r)
		}
		if n := utf8.RuneCountInString(clean); n < 1 || n > most || !utf8.ValidString(clean) || !norm.NFC.IsNormalString(clean) || strings.ContainsFunc(clean, machine) ||
			!lines && strings.ContainsAny(clean, "\r\n") || strings.TrimSpace(clean) != clean {
			t.Errorf("%q is taken as %q", s, clean)
		}
	})
}

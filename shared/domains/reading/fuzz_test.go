package reading

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

// letters are those of s in order.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// within reports whether the letters of part are letters of whole, in order.
func within(part, whole string) bool {
	rest := []rune(whole)
	for _, r := range part {
		for len(rest) > 0 && rest[0] != r {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return false
		}
		rest = rest[1:]
	}
	return true
}

// FuzzReading: no letter is lost or made up, nothing fails, each piece is
// whole, and no piece is longer than a caption's sentence may be.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{
		"", "a. b", "\x00\xff. A", strings.Repeat("x", 1000), "。。a\n\nb", "1. 2. 3.", strings.Repeat("一", 700), "a" + strings.Repeat("\u0301", 900),
		"# a\n> *b* **c**\n- [d](https://e.org)\n[^1]: f", "Jn 3:16-18, 20ff. (ESV)", "Jan. 3rd, 1874 6:30 a.m. $12.50 25%", "1 000,5 € XIXe 2.º", "☀️👨‍👩‍👧1️⃣🇮🇹", "x<y <b> <<p>>", "Joh 3,16.18 z. B. 3. Mai",
		strings.Repeat("https://example.org/", 40), "A. B. C.", "\u00a0\u2060a", "…; Α", "v. 3; 4:5", "**16** For ²God [3] x",
		"S. ДОНАУДАМПФШИФФАРТСГЕЗЕЛЬШАФТ", "Donaudampfschifffahrtsgesellschaftskapitän S. Donaudampfschifffahrtsgesellschaftskapitän", "S. A耶和華是我的牧者我必不至缺乏祂使我", "1/2 Донаудампфшиффартсгезельшафт n°5 5º",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 2000 {
			return
		}
		for _, l := range []language.Language{"en", "de", "es", "fr", "pt", "th"} {
			all := ""
			for _, one := range Sentences(s, l) {
				if one.Shown == "" || strings.TrimSpace(one.Shown) != one.Shown || !utf8.ValidString(one.Shown) || !utf8.ValidString(one.Spoken) {
					t.Errorf("%s: %+v", l, one)
				}
				if n := utf8.RuneCountInString(unjoined.Replace(one.Shown)); n > longestSentence && n < 900 {
					t.Errorf("%s: %d characters: %q", l, n, one.Shown)
				}
				all += one.Shown
			}
			if !strings.ContainsAny(s, "[<&") && letters(all) != letters(s) && !strings.ContainsAny(s, "`~") {
				t.Errorf("%s: the letters %q became %q", l, letters(s), letters(all))
			}
			if !strings.Contains(s, "&") && !within(letters(all), letters(s)) {
				t.Errorf("%s: %q is not within %q", l, letters(all), letters(s))
			}
			Unspoken(s, l)
		}
	})
}

// TestHostileTextIsReadInOneGo: the work grows with the text and not with its
// square, counted in allocations, which go with it.
func TestHostileTextIsReadInOneGo(t *testing.T) {
	for _, part := range []string{"*a ", "[a](", "**_`~~", "> ", "1. ", "<", "\\", "[^1]", "☀️ .", "a.", "John 3:1,2,3,", "a@b.", "A. ", "…A ", "1 ", "\n- ", "(((", " 1", "16 A, "} {
		count := func(n int) float64 {
			text := strings.Repeat(part, n/len(part))
			return testing.AllocsPerRun(1, func() { Sentences(text, language.English) })
		}
		if small, large := count(2000), count(20000); large > 14*small+2000 {
			t.Errorf("%q: %.0f allocations for 2000 bytes, %.0f for 20000", part, small, large)
		}
	}
}

package reading

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// longWords are longer than any word that is looked up, and what may stand for a word
// beside them.
var longWords = []string{
	"Донаудампфшиффартсгезельшафт", "Donaudampfschifffahrtsgesellschaftskapitän", "耶和華是我的牧者我必不至缺乏祂使我躺臥在青草地上",
	strings.Repeat("x", 40), strings.Repeat("9", 41), "º",
}

// patterns are all that a tongue looks at what follows of.
func patterns(r *reader) []string {
	all := []string{
		"S.", "St.", "St", "p.", "pp.", "No.", "n°", "nº", "n.º", "№", "#1", "1/2", "½", "1 ½", "5", "1874", "-5", "5º", "5°", "5.º", "5 º", "1/2/2024", "2024-01-02", "6:30", "18h", "18 h 5", "6 p. m.",
		"$5", "5 $", "R$ 5", "$5 mil", "5%", "1-2", "v. 3", "vv. 3-5", "ch. 4", "; 4:7", "Ps 23:1", "Ps 23, 1", "Ps 23:1, 3", "Иоанна 3:16, 18", "요한복음 3:16-18, 20", "1 Jn", "XIX", "I", "I.", "A.", "A. B.", "L'", "L’", "call", "+1 (", "a@", "x <3", "El 1/2", "NIV", "(NIV)",
	}
	for _, words := range []map[string]bool{r.tables.letters, r.tables.rulers, r.tables.numbered, r.tables.courtesies} {
		all = append(all, slices.Collect(maps.Keys(words))...)
	}
	for short := range r.tables.abbreviations {
		all = append(all, short+".")
	}
	for ending := range r.tables.endings {
		all = append(all, "5"+ending)
	}
	for sign := range r.tables.currencies {
		all = append(all, sign, "5 "+sign)
	}
	for sign := range r.tables.measures {
		all = append(all, "5 "+sign)
	}
	for word := range r.tables.prefixes {
		all = append(all, word)
	}
	for _, name := range r.tables.monthNames {
		all = append(all, name, "3 "+name, "3 de "+name)
	}
	return all
}

// TestLongWordsAfterEveryPattern: nothing that may be pasted stops the reader, with a
// tongue of ours and with none.
func TestLongWordsAfterEveryPattern(t *testing.T) {
	read := func(s string, l language.Language) {
		defer func() {
			if why := recover(); why != nil {
				t.Errorf("%s: %q: %v", l, s, why)
			}
		}()
		Sentences(s, l)
	}
	for _, l := range []language.Language{"en", "es", "pt", "fr", "de", "ru", "ko"} {
		r := readerOf(l)
		if r == nil {
			r = &reader{}
		}
		for _, pattern := range patterns(r) {
			for _, word := range longWords {
				for _, s := range []string{pattern + word, pattern + " " + word, word + " " + pattern + " " + strings.ToUpper(word) + "."} {
					read(s, l)
				}
			}
		}
	}
}

// TestVersesInALanguageWithoutATongue: a word after a list of verses is none of it.
func TestVersesInALanguageWithoutATongue(t *testing.T) {
	for text, want := range map[string]string{
		"Иоанна 3:16, 17 и далее": "Иоанна 3:16", "Иоанна 3:16, 17. Далее": "Иоанна 3:16, 17", "Иоанна 3:16, 17": "Иоанна 3:16, 17",
	} {
		found := References(text, "ru")
		if len(found) != 1 || text[found[0][0]:found[0][1]] != want {
			t.Errorf("%q has the references %v, want %q", text, found, want)
		}
	}
}

package reading

import (
	"strings"
	"sync"

	"github.com/devotionalai/platform/shared/domains/language"
)

// tongue is how one language says what is written in figures and short forms.
type tongue struct {
	cardinal func(n int) string
	ordinal  func(n int, feminine bool) string
	year     func(n int) string // nil: as a number
	words    words
	decimal  byte   // mark of the decimals in figures
	endings  string // of ordinals in figures: "st nd rd th"

	books         string // see books
	prefixes      string // words for the first, second and third book of a name
	months        string // twelve, in order, each with its short forms
	abbreviations string // see abbreviations
	letters       string // capitals that are said letter by letter
	rulers        string // names and words before a Roman numeral that is an ordinal
	numbered      string // words before a Roman numeral that is a number
	currencies    string // see currencies
	date          func(day, month, year string) string
	clock         func(hour, minute int, half string) string
	measures      string // see measures
	half          string // ½
	fractions     map[int]measure
	courtesies    string // short forms without a stop, before a name
	signs         string // see signs
	saints        string // given names after S., folded: those that are seldom surnames
	counting      string // words before 1/3 that is no fraction, folded, beside those of numbered
	leads         string // words that begin a sentence before a saint, folded
}

// words are the small ones.
type words struct {
	and, to, point, percent, verse, verses, chapter, chapters, following string
	dot, at, ampersand, number, plus, equals, less, more, minus          string
	firstDay, centsJoin, of, part                                        string // part: between ⅓ and what it is of
}

// tables are what is looked up of a tongue; made once, when first needed.
type tables struct {
	books         map[string]alias
	numberedBooks map[string]alias
	full          map[string]bool // names in full, which other languages' texts may hold
	names         [67]string
	plural        string // of the Psalms
	prefixes      map[string]int
	months        map[string]int
	monthNames    [13]string
	abbreviations map[string]abbreviation
	letters       map[string]bool
	rulers        map[string]bool
	numbered      map[string]bool
	endings       map[string]bool
	currencies    map[string]currency
	measures      map[string]measure
	courtesies    map[string]bool
	saints, leads map[string]bool
	counting      map[string]bool
	signs         map[string]string
}

// tongues are those that are read by rules of ours.
func tongues() map[language.Language]*tongue {
	return map[language.Language]*tongue{"en": english(), "es": spanish(), "pt": portuguese(), "fr": french(), "de": german()}
}

// reader is a tongue with its tables.
type reader struct {
	*tongue
	tables tables
}

var readers = sync.OnceValue(func() map[language.Language]*reader {
	all := map[language.Language]*reader{}
	for l, t := range tongues() {
		all[l] = &reader{tongue: t, tables: t.tables()}
	}
	return all
})

func readerOf(l language.Language) *reader { return readers()[l] }

func (t *tongue) tables() tables {
	b := tables{
		books: map[string]alias{}, numberedBooks: map[string]alias{}, full: map[string]bool{}, months: map[string]int{}, prefixes: map[string]int{},
		letters: set(t.letters), rulers: set(t.rulers), numbered: set(t.numbered), endings: set(t.endings),
		abbreviations: abbreviations(t.abbreviations), currencies: currencies(t.currencies),
		measures: measures(t.measures), courtesies: set(t.courtesies),
		saints: set(t.saints), leads: set(t.leads), counting: set(t.counting), signs: signs(t.signs),
	}
	for i, line := range lines(t.months) {
		for j, word := range strings.Fields(line) {
			if j == 0 {
				b.monthNames[i+1] = word
			}
			b.months[fold(word)] = i + 1
		}
	}
	for i, line := range lines(t.prefixes) {
		for word := range strings.FieldsSeq(line) {
			b.prefixes[fold(word)] = i + 1
		}
	}
	b.readBooks(t.books)
	return b
}

func set(s string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		all[word] = true
	}
	return all
}

func lines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }

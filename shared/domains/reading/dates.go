package reading

import (
	"strings"

	"github.com/devotionalai/platform/shared/domains/language"
)

// dateAt reads Jan. 3rd, 1874; 3 January 1874; 3 de enero de 1874; 2024-01-03.
func dateAt(t *text, i int) (unit, int) {
	if year := t.number(i, 4); year > 999 && t.is(i+1, "-") && t.is(i+3, "-") {
		month, day := t.number(i+2, 2), t.number(i+4, 2)
		if month >= 1 && month <= 12 && day >= 1 && day <= 31 && !t.letterAfter(i+5) {
			return unit{spoken: t.sayDate(day, month, year), whole: true}, i + 5
		}
	}
	if t.word(i) != "" {
		return t.monthFirst(i)
	}
	return t.dayFirst(i)
}

// monthFirst reads "Jan. 3rd, 1874" and "August 1914".
func (t *text) monthFirst(i int) (unit, int) {
	month, next := t.month(i)
	if month == 0 {
		return unit{}, 0
	}
	stopped := t.is(next-1, ".")
	at := t.skip(next)
	day, after := t.day(at)
	if at == next && !stopped || day == 0 || t.reader.date("1", "m", "")[0] != 'm' {
		if year := t.number(at, 4); at > next && year > 999 {
			return unit{spoken: t.sayDate(0, month, year), whole: true}, at + 1
		}
		if stopped && len(t.tok(i).text) > 2 && t.number(at, 4) > 0 {
			return unit{spoken: t.reader.tables.monthNames[month], whole: true}, next
		}
		return unit{}, 0
	}
	year := 0
	comma := after
	if t.is(comma, ",") {
		comma++
	}
	if y := t.number(t.skip(comma), 4); y > 999 && t.skip(comma) > comma {
		year, after = y, t.skip(comma)+1
	}
	return unit{spoken: t.sayDate(day, month, year), whole: true}, after
}

// dayFirst reads "3 January 1874", "3 de enero de 1874", "3. Januar".
func (t *text) dayFirst(i int) (unit, int) {
	day, next := t.day(i)
	if day == 0 {
		return unit{}, 0
	}
	if t.is(next, ".") && t.reader == readerOf("de") {
		next++
	}
	at := t.skip(next)
	if at == next {
		return unit{}, 0
	}
	if w := t.word(at); (w == "de" || w == "of") && t.tok(at+1).kind == spaceToken {
		at += 2
	}
	month, after := t.month(at)
	if month == 0 || !t.capital(at) && (t.reader == readerOf("en") || t.reader == readerOf("de")) {
		return unit{}, 0
	}
	year, at := 0, t.skip(after)
	if w := t.word(at); (w == "de" || w == "del") && t.tok(at+1).kind == spaceToken {
		at += 2
	}
	if y := t.number(at, 4); y > 999 && at > after {
		year, after = y, at+1
	}
	said := t.sayDate(day, month, year)
	if t.reader == readerOf("de") {
		said = t.germanCase(i, said)
	}
	return unit{spoken: said, whole: true}, after
}

// germanCase bends "dritter Januar" as the word before asks.
func (t *text) germanCase(i int, said string) string {
	day, rest, _ := strings.Cut(said, " ")
	day = strings.TrimSuffix(day, "r")
	switch t.word(t.before(i)) {
	case "am", "vom", "zum", "beim", "dem", "den", "des", "bis", "ab", "seit", "im":
		return day + "n " + rest
	case "der", "die", "das":
		return day + " " + rest
	}
	return said
}

// day reads 3, 3rd, 1er, 1º, 1°.
func (t *text) day(i int) (n, next int) {
	n = t.number(i, 2)
	if n < 1 || n > 31 {
		return 0, 0
	}
	if w := strings.ToLower(t.tok(i + 1).text); t.tok(i+1).kind == wordToken {
		if !t.reader.tables.endings[w] {
			return 0, 0
		}
		return n, i + 2
	}
	if t.is(i+1, ".") && (t.is(i+2, "º") || t.is(i+2, "°")) {
		return n, i + 3
	}
	if t.raised() && t.is(i+1, "°") {
		return n, i + 2
	}
	return n, i + 1
}

// month reads a month and the stop of its short form.
func (t *text) month(i int) (month, next int) {
	month = t.reader.tables.months[t.word(i)]
	if month == 0 {
		return 0, 0
	}
	if t.is(i+1, ".") && fold(t.reader.tables.monthNames[month]) != t.word(i) {
		return month, i + 2
	}
	return month, i + 1
}

// sayDate says a date; 0 is none.
func (t *text) sayDate(day, month, year int) string {
	d, y := "", ""
	switch r := t.reader; {
	case day == 0:
	case r == readerOf("en") || r == readerOf("de"):
		d = r.ordinal(day, false)
	case day == 1:
		d = r.words.firstDay
	default:
		d = r.cardinal(day)
	}
	if year > 0 {
		y = t.sayYear(year)
	}
	return t.reader.date(d, t.reader.tables.monthNames[month], y)
}

func (t *text) sayYear(n int) string {
	if t.reader.year != nil {
		return t.reader.year(n)
	}
	return t.reader.cardinal(n)
}

// startsMonth reports whether s begins with the name of a month of one of our
// tongues.
func startsMonth(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	word = fold(strings.TrimRight(word, ".,"))
	if word == "de" {
		return true
	}
	for _, r := range readers() {
		if r.tables.months[word] > 0 {
			return true
		}
	}
	return false
}

// startsBook reports whether a line begins with a numbered book.
func startsBook(line string) bool {
	head := line[:min(len(line), 60)]
	for _, l := range [5]language.Language{"en", "es", "pt", "fr", "de"} {
		t := &text{s: head, tokens: tokens(head), reader: readerOf(l)}
		if _, ok := t.bookAt(0); ok {
			return true
		}
	}
	if head = line[:min(len(line), 120)]; !strings.Contains(head, ":") && !strings.Contains(head, ",") {
		return false
	}
	for _, c := range citations() {
		t := &text{s: head, tokens: c.cut(tokens(head)), cited: c}
		if _, next := citedAt(t, 0); next > 0 {
			return true
		}
	}
	return false
}

// timeAt reads 6:30 a.m., 18:05, 6 p.m., 18h05, 18.05 Uhr.
func timeAt(t *text, i int) (unit, int) {
	hour, minute, next := t.number(i, 2), 0, i+1
	if hour < 0 || hour > 24 || t.is(i-1, ":") {
		return unit{}, 0
	}
	german := t.reader == readerOf("de")
	exact := false
	switch {
	case (t.is(next, ":") || t.is(next, ".") && german) && len(t.tok(next+1).text) == 2 && t.number(next+1, 2) >= 0 && t.number(next+1, 2) < 60 && !t.is(next+2, ":"):
		exact = t.is(next, ":")
		minute, next = t.number(next+1, 2), next+2
	case strings.ToLower(t.tok(t.hourMark(next)).text) == "h" && !german && t.reader != readerOf("en"):
		next = t.hourMark(next)
		exact, next = true, next+1
		at := next
		if t.is(next-2, " ") || t.is(next-2, "\u00a0") {
			at = t.skip(next) // 19 h 30
		}
		if m := t.number(at, 2); m >= 0 && m < 60 && len(t.tok(at).text) == 2 {
			minute, next = m, at+1
		}
	}
	if exact && !german && minute >= 0 && t.is(next-2, ":") && t.word(t.skip(next)) == "h" {
		next = t.skip(next) + 1 // a las 19:30 h
	}
	if german && t.word(t.skip(next)) == "uhr" {
		return unit{spoken: t.reader.clock(hour, minute, ""), whole: true}, t.skip(next) + 1
	}
	half, after, stopped := t.half(next)
	if half == "" && (!exact || t.is(next, "%")) {
		return unit{}, 0
	}
	return unit{spoken: t.reader.clock(hour, minute, half), whole: true, ends: stopped}, after
}

// hourMark is the index of the h after an hour; French has a space before it.
func (t *text) hourMark(i int) int {
	if t.reader == readerOf("fr") {
		return t.skip(i)
	}
	return i
}

// half reads a.m. and p.m. in their forms.
func (t *text) half(i int) (half string, next int, stopped bool) {
	at := t.skip(i)
	switch w := t.word(at); w {
	case "am", "pm":
		if t.tok(at).text == "AM" || t.tok(at).text == "PM" || t.reader == readerOf("en") {
			return w, at + 1, false
		}
	case "a", "p":
		second := t.skip(at + 2)
		if t.is(at+1, ".") && t.word(second) == "m" {
			if t.is(second+1, ".") {
				return w + "m", second + 2, true
			}
			return w + "m", second + 1, false
		}
	}
	return "", i, false
}

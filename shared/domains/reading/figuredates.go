package reading

import "strings"

// figureDateAt reads 25/12/2024, 25.12.2024 and, in English, 12/25/2024; decades
// of English, the 1990s and the '90s.
func figureDateAt(t *text, i int) (unit, int) {
	first, second, year := t.number(i, 2), t.number(i+2, 2), t.number(i+4, 4)
	mark := t.tok(i + 1).text
	if mark != "/" && mark != "." || !t.is(i+3, mark) || first < 1 || second < 1 || year < 1000 || t.is(i-1, mark) || t.is(i+5, "/") {
		return t.decadeAt(i)
	}
	day, month := first, second
	if second > 12 || t.reader == readerOf("en") && mark == "/" && first <= 12 {
		day, month = second, first
	}
	if day > 31 || month > 12 {
		return unit{}, 0
	}
	said := t.sayDate(day, month, year)
	if t.reader == readerOf("de") {
		said = t.germanCase(i, said)
	}
	return unit{spoken: said, whole: true}, i + 5
}

// decadeAt reads 1990s and '90s.
func (t *text) decadeAt(i int) (unit, int) {
	if n := t.number(i, 4); t.reader != readerOf("en") || n < 20 || n%10 > 0 || len(t.tok(i).text)%2 > 0 || !t.is(i+1, "s") || n > 99 && n < 1100 {
		return unit{}, 0
	}
	said := t.sayYear(t.number(i, 4))
	if stem, ok := strings.CutSuffix(said, "y"); ok {
		return unit{spoken: stem + "ies"}, i + 2
	}
	return unit{spoken: said + "s"}, i + 2
}

package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// measure is how a unit of measure is said.
type measure struct {
	one, many string
	word      bool // the sign is a word too
}

// measures reads a table: sign, one, many; _ for a space. Signs of the same line are
// parted by commas; one that ends in ! is a word too, and measures only where no word
// follows: "En 2024 ha sido".
func measures(table string) map[string]measure {
	all := map[string]measure{}
	for _, line := range lines(table) {
		f := strings.Fields(strings.TrimSpace(line))
		if len(f) != 3 {
			continue
		}
		for sign := range strings.SplitSeq(f[0], ",") {
			sign, word := strings.CutSuffix(sign, "!")
			all[sign] = measure{strings.ReplaceAll(f[1], "_", " "), strings.ReplaceAll(f[2], "_", " "), word}
		}
	}
	return all
}

// vulgar are the fractions that are one character.
var vulgar = map[string][2]int{
	"½": {1, 2}, "⅓": {1, 3}, "⅔": {2, 3}, "¼": {1, 4}, "¾": {3, 4}, "⅕": {1, 5}, "⅖": {2, 5}, "⅗": {3, 5}, "⅘": {4, 5},
	"⅙": {1, 6}, "⅚": {5, 6}, "⅐": {1, 7}, "⅛": {1, 8}, "⅜": {3, 8}, "⅝": {5, 8}, "⅞": {7, 8}, "⅑": {1, 9}, "⅒": {1, 10},
}

// fractionMark is a fraction at token i: ½, or 1/2 before what it is of. 5/8 may be a day
// as well, and 1/7 the first of seven: of figures with a slash only halves, thirds,
// quarters and eighths are fractions, and none after a word that counts or dates.
func (t *text) fractionMark(i int) (of [2]int, next int) {
	if of, is := vulgar[t.tok(i).text]; is {
		return of, i + 1
	}
	n, d := t.number(i, 1), t.number(i+2, 1)
	if _, known := t.reader.fractions[d]; n < 1 || !known || n >= d {
		return of, 0
	}
	noun := t.tok(i+3).kind == spaceToken && (t.lower(i+4) || t.reader == readerOf("de") && t.capital(i+4))
	if t.is(i+1, "⁄") || t.is(i+1, "/") && (d <= 4 || d == 8) && noun && !t.is(i-1, "/") && !t.counts(i) {
		return [2]int{n, d}, i + 3
	}
	return of, 0
}

// counts reports whether the word before token i counts parts or begins a date: Day 1/3
// of our plan, el 1/2 celebramos.
func (t *text) counts(i int) bool {
	before := t.before(i)
	if t.is(before, "#") || t.is(before, ":") {
		before = t.before(before)
	}
	return t.reader.tables.counting[t.word(before)] || t.reader.tables.numbered[strings.ToLower(t.tok(before).text)]
}

func (t *text) lower(i int) bool {
	r, _ := utf8.DecodeRuneInString(t.tok(i).text)
	return unicode.IsLower(r)
}

// amount reads 10, 10–15, ½, 1½, 1 ½ at token i. single is true of what is followed by
// the name of one thing.
func (t *text) amount(i int) (said string, single, broken bool, next int) {
	if of, after := t.fractionMark(i); after > 0 {
		said, next = t.sayFraction(i, -1, of, after)
		return said, true, true, next
	}
	f, next := t.figure(i)
	if next == 0 {
		return "", false, false, 0
	}
	said, single = t.plain(f), f.whole == 1 && f.decimals == ""
	if of, after := t.fractionMark(t.skip(next)); after > 0 && f.decimals == "" && len(f.digits) < 4 && (t.skip(next) > next || !t.is(after-2, "/")) && !t.counts(i) {
		said, next = t.sayFraction(next, f.whole, of, after)
		return said, false, true, next
	}
	if t.is(next, "-") || t.is(next, "–") {
		if g, after := t.figure(next + 1); after > 0 && g.whole > f.whole && !t.is(after, "-") {
			return said + " " + t.reader.words.to + " " + t.plain(g), false, false, after
		}
	}
	return said, single, false, next
}

// plain says a number that is no year.
func (t *text) plain(f figure) string {
	if f.decimals == "" && f.digits[0] != '0' {
		return t.reader.cardinal(f.whole)
	}
	return t.say(f)
}

// sayFraction says a fraction at token from after a whole number, -1 for none, and before
// what it is a part of, at token i; the second is the index after what was said.
func (t *text) sayFraction(from, whole int, of [2]int, i int) (string, int) {
	r := t.reader
	if of == [2]int{1, 2} {
		if whole > 0 {
			return t.sayWholeAndHalf(whole, i)
		}
		return t.sayHalf(from, i), i
	}
	name := r.fractions[of[1]]
	part := name.many
	if of[0] == 1 {
		part = name.one
	}
	said := t.one(of[0], part) + " " + part
	if r == readerOf("de") && of[0] == 1 {
		said = "ein " + part
	}
	if whole > 0 {
		return r.cardinal(whole) + " " + r.words.and + " " + said, i
	}
	noun := ""
	if t.tok(i).kind == spaceToken && (t.lower(i+1) || r == readerOf("de")) {
		noun = t.word(i + 1)
	}
	return said + t.partOf(noun), i
}

// partOf is the word between a part and its whole: un tercio de taza.
func (t *text) partOf(noun string) string {
	switch of := t.reader.words.part; {
	case noun == "" || of == "" || noun == "de" || noun == "del" || noun == "do" || noun == "da" || noun == "du" || noun == "des" || uncounted[noun]:
		return ""
	case t.reader == readerOf("fr") && strings.ContainsAny(noun[:1], "aeiouh"):
		return " de" // the voice draws it together
	default:
		return " " + of
	}
}

// measureAt reads 10°C, −5 °C, 5 km/h, 3 m², ½ km, and a fraction of anything.
func measureAt(t *text, i int) (unit, int) {
	from, below := i, t.is(i, "-") || t.is(i, "−")
	if below {
		if before := t.tok(i - 1).kind; i > 0 && before != spaceToken && !t.is(i-1, "(") {
			return unit{}, 0
		}
		from++
	}
	said, single, broken, next := t.amount(from)
	if next == 0 {
		return unit{}, 0
	}
	name, after := t.measure(next)
	if after == 0 {
		if below || !broken {
			return unit{}, 0
		}
		return unit{spoken: said, whole: true}, next
	}
	if t.ordinalDegree(from, next, after) {
		return unit{spoken: t.sayOrdinal(t.number(from, 3), false, after)}, after
	}
	of := name.many
	if single {
		of = name.one
	}
	if single && !broken {
		said = t.one(1, of)
	}
	if below {
		said = t.reader.words.minus + " " + said
	}
	return unit{spoken: said + " " + of, whole: true}, after
}

// measure reads the sign of a unit after a number, perhaps after a space.
func (t *text) measure(i int) (m measure, next int) {
	at := t.skip(i)
	key := t.tok(at).text
	switch key {
	case "℃", "ºC":
		key = "°C"
	case "℉", "ºF":
		key = "°F"
	}
	next = at + 1
	if key == "°" || key == "º" {
		if t.is(t.skip(next), "C") || t.is(t.skip(next), "F") {
			next = t.skip(next)
			key, next = "°"+t.tok(next).text, next+1
		} else if key == "º" && t.raised() {
			return m, 0
		}
		key = strings.Replace(key, "º", "°", 1)
	} else if t.tok(at).kind == wordToken && len(key) < 4 {
		switch mark := t.tok(next).text; {
		case mark == "²" || mark == "³":
			key, next = key+mark, next+1
		case mark == "/" && (t.is(next+1, "h") || t.is(next+1, "s")):
			key, next = key+"/"+t.tok(next+1).text, next+2
		}
	}
	m, known := t.reader.tables.measures[key]
	if !known || t.tok(next).kind == numberToken && key != "°" || m.word && t.tok(t.skip(next)).kind == wordToken || key == "L" && t.initial(i, at) {
		return m, 0
	}
	return m, next
}

// initial reports whether the capital at token at, after a number that ends at token i,
// begins a name: In 1900 L. Frank Baum wrote.
func (t *text) initial(i, at int) bool {
	return t.is(at+1, ".") && (t.number(i-1, 4) > 999 || t.is(t.skip(at+2)+1, "."))
}

// numeroAt reads n° 3, nº 3, n.º 3, № 3.
func numeroAt(t *text, i int) (unit, int) {
	next := i + 1
	switch w := strings.ToLower(t.tok(i).text); {
	case w == "№", w == "nº":
	case w == "n" && t.is(next, "°"):
		next++
	case w == "n" && t.is(next, ".") && (t.is(next+1, "º") || t.is(next+1, "°")):
		next += 2
	default:
		return unit{}, 0
	}
	if t.tok(t.skip(next)).kind != numberToken {
		return unit{}, 0
	}
	return unit{spoken: t.reader.words.number}, next
}

// uncounted are words that no number before them counts, in the tongues whose verses
// stand after a comma.
var uncounted = set(`hoy antes después despues para por en con y e o que cuando como según segun dice dicen
	hoje depois com quando diz segundo ou aujourd'hui avant après apres pour par avec et quand dit selon
	heute vor nach für fur in mit und oder sagt steht`)

package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// signs reads a table of sign=words, _ for a space.
func signs(table string) map[string]string {
	all := map[string]string{}
	for field := range strings.FieldsSeq(table) {
		at := strings.LastIndexByte(field, '=')
		all[field[:at]] = strings.ReplaceAll(field[at+1:], "_", " ")
	}
	return all
}

// signAt reads a sign that is a word or two to a reader: × between numbers, § before
// one, ² after one, ~ before an amount. One that decorates is none.
func signAt(t *text, i int) (unit, int) {
	sign := t.tok(i).text
	said := t.reader.tables.signs[sign]
	switch sign {
	case "#", "@":
		return t.handle(i, sign)
	case "§", "¶":
		return t.section(i, sign)
	case "&":
		if said = t.reader.tables.signs["&c"]; t.is(i+1, "c") && t.is(i+2, ".") {
			return unit{spoken: said, ends: true}, i + 3
		}
		return unit{}, 0
	case "w", "c", "b":
		return t.slashed(i)
	case "x", "×":
		if n := t.number(i+1, 2); n > 0 && (i == 0 || t.tok(i-1).kind == spaceToken || t.is(i-1, "(")) && t.number(t.before(i), 9) < 0 && t.tok(i+2).kind != wordToken {
			return unit{spoken: t.again(n), whole: true}, i + 2 // (x2)
		}
	}
	if n := lowered(sign); n >= 0 {
		return unit{spoken: t.reader.cardinal(n)}, i + 1
	}
	if said == "" || !t.signHolds(i, sign) {
		return unit{}, 0
	}
	if (sign == "≤" || sign == "≥") && t.tok(t.before(i)).kind != numberToken && t.tok(t.skip(i+1)).kind == numberToken {
		said = t.reader.tables.signs[sign+"1"] // ≥ 3 times
	}
	if sign == "~" && t.tok(i-1).kind == numberToken {
		said = t.reader.words.to // 5~6
	}
	return unit{spoken: said}, i + 1
}

// signHolds reports whether the sign at token i stands where it is spoken.
func (t *text) signHolds(i int, sign string) bool {
	before, after := t.tok(i-1), t.tok(t.skip(i+1))
	switch sign {
	case "~", "≈", "±":
		return after.kind == numberToken
	case "†":
		return t.number(t.skip(i+1), 4) > 99
	case "*":
		return t.number(t.skip(i+1), 4) > 99 && t.is(t.before(i), "(")
	case "−":
		return before.kind == spaceToken && t.tok(i+1).kind == spaceToken && t.tok(t.before(i)).kind == numberToken && after.kind == numberToken
	case "²", "³":
		return before.kind == numberToken || before.kind == wordToken && utf8.RuneCountInString(before.text) <= 2
	case "©":
		return after.kind == wordToken || after.kind == numberToken
	case "∞":
		return true
	}
	return i > 0 && (after.kind != markToken || after.text == "(") // × ÷ ≤ ≥ ≠
}

// timesAt reads 70 × 7, 2x3, 10x more and 3×, at their first number.
func timesAt(t *text, i int) (unit, int) {
	f, next := t.figure(i)
	if next == 0 {
		return unit{}, 0
	}
	at := t.skip(next)
	switch sign := t.tok(at).text; {
	case sign == "×", sign == "*" && at > next, sign == "x", sign == "X":
	default:
		return unit{}, 0
	}
	if after := t.skip(at + 1); t.tok(after).kind == numberToken && (after > at+1) == (at > next) {
		return unit{spoken: t.plain(f) + " " + t.reader.tables.signs["×"]}, at + 1
	}
	if at > next || f.decimals != "" || f.whole < 1 {
		return unit{}, 0
	}
	return unit{spoken: t.again(f.whole), whole: true}, at + 1
}

// again says how often: 3x.
func (t *text) again(n int) string {
	times := t.reader.tables.signs["x2"]
	if n == 1 {
		return t.reader.tables.signs["x1"]
	}
	switch t.reader {
	case readerOf("de"):
		return germanStem(n) + times
	case readerOf("en"):
		return t.reader.cardinal(n) + " " + times
	}
	return t.one(n, times) + " " + times
}

// lowered is the value of a lowered digit, H₂O; -1 when it is none.
func lowered(sign string) int {
	r, _ := utf8.DecodeRuneInString(sign)
	if r < '₀' || r > '₉' {
		return -1
	}
	return int(r - '₀')
}

// heightAt reads 6'2", which English alone has.
func heightAt(t *text, i int) (unit, int) {
	feet, inches := t.number(i, 1), t.number(i+2, 2)
	if t.reader != readerOf("en") || feet < 1 || inches < 0 || inches > 11 || !feetMarks[t.tok(i+1).text] || !inchMarks[t.tok(i+3).text] {
		return unit{}, 0
	}
	return unit{spoken: t.reader.cardinal(feet) + " foot " + t.reader.cardinal(inches), whole: true}, i + 4
}

var feetMarks, inchMarks = set("' ’ ′"), set("\" ” ″")

// section reads § 5, §§ 5-6 and ¶ 3. A mark before words parts paragraphs, and is silent.
func (t *text) section(i int, sign string) (unit, int) {
	next := i + 1
	said := t.reader.tables.signs[sign]
	if t.is(next, sign) {
		said, next = t.reader.tables.signs[sign+sign], next+1
	}
	u, after := numberAt(t, t.skip(next))
	if after == 0 {
		return unit{}, 0
	}
	if t.is(after-1, ".") {
		after--
	}
	return unit{spoken: said + " " + u.spoken, whole: true}, after
}

// slashed reads w/, w/o, c/o and b/c, where the tongue has them.
func (t *text) slashed(i int) (unit, int) {
	if !t.is(i+1, "/") {
		return unit{}, 0
	}
	if said := t.reader.tables.signs[t.tok(i).text+"/"+t.tok(i+2).text]; said != "" && t.tok(i+2).kind == wordToken {
		return unit{spoken: said}, i + 3
	}
	if said := t.reader.tables.signs[t.tok(i).text+"/"]; said != "" {
		return unit{spoken: said}, i + 2
	}
	return unit{}, 0
}

// handle reads #FaithOverFear and @grace_church: their words, the second with its sign.
func (t *text) handle(i int, sign string) (unit, int) {
	if word(lastRune(t.s[:t.tok(i).at])) {
		return unit{}, 0
	}
	next := i + 1
	for t.tok(next).kind == wordToken || t.tok(next).kind == numberToken || t.is(next, "_") {
		next++
	}
	if next == i+1 || sign == "#" && t.tok(i+1).kind == numberToken {
		return unit{}, 0
	}
	said := t.handleWords(t.s[t.tok(i+1).at:t.tok(next-1).end()])
	if sign == "@" {
		said = t.reader.words.at + " " + said
	}
	return unit{spoken: said}, next
}

// handleWords parts words that are written as one: FaithOverFear, Psalm23, vida_nueva.
func (t *text) handleWords(s string) string {
	var parts []string
	for _, tok := range tokens(s) {
		switch tok.kind {
		case wordToken:
			parts = append(parts, t.humps(tok.text)...)
		case numberToken:
			said := tok.text
			if len(said) <= largest {
				f, _ := (&text{s: said, tokens: tokens(said), reader: t.reader}).figure(0)
				said = t.say(f)
			}
			parts = append(parts, said)
		}
	}
	return strings.Join(parts, " ")
}

// humps parts a word before each capital that follows a small letter.
func (t *text) humps(s string) []string {
	if s == strings.ToUpper(s) && len(s) > 1 {
		u, _ := capitalsAt(&text{s: s, tokens: tokens(s), reader: t.reader}, 0)
		return []string{u.spoken}
	}
	var parts []string
	from, last := 0, rune(0)
	for at, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			parts, from = append(parts, s[from:at]), at
		}
		last = r
	}
	return append(parts, s[from:])
}

// primoAt reads 1°, 2° of a French list, primo and secundo, and Le 1° point.
func primoAt(t *text, i int) (unit, int) {
	n, next := t.number(i, 2), i+2
	if t.reader != readerOf("fr") || n < 1 || !t.is(i+1, "°") && !t.is(i+1, "º") {
		return unit{}, 0
	}
	before := t.before(i)
	noun := t.word(t.skip(next))
	closed := t.is(next, ")") || t.is(next, "/")
	switch begins := before < 0 || strings.ContainsAny(t.tok(before).text, ".,:;?!(—–"); {
	case frenchArticles[t.word(before)] && noun != "" && t.skip(next) > next && !afterFrenchDegrees[noun]:
		return unit{spoken: t.reader.ordinal(n, n == 1 && (t.word(before) == "la" || feminine(t.reader, noun))), whole: true}, next
	case begins && n <= len(frenchPoints) && (closed || noun != "" && t.skip(next) > next && !afterFrenchDegrees[noun]):
		return unit{spoken: frenchPoints[n-1] + ",", whole: true}, next
	}
	return unit{}, 0
}

var (
	frenchPoints       = [10]string{"primo", "secundo", "tertio", "quarto", "quinto", "sexto", "septimo", "octavo", "nono", "decimo"}
	frenchArticles     = set("le la au du ce cette notre votre mon ma son sa leur")
	afterFrenchDegrees = set("a au aux celsius c f centigrades dehors dedans dans de en est et fahrenheit ici la latitude longitude nord ouest ou pour pres seulement sous sud sur")
)

package reading

import (
	"strconv"
	"strings"
	"unicode"
)

// figure is a number as it is written.
type figure struct {
	whole    int
	decimals string
	grouped  bool
	digits   string // of the whole, without the marks of groups
}

// largest is the longest number that is said as one; longer ones are left to the
// voice.
const largest = 9

// figure reads a number at token i.
func (t *text) figure(i int) (f figure, next int) {
	tok := t.tok(i)
	if tok.kind != numberToken || len(tok.text) > largest {
		return f, 0
	}
	f.digits, next = tok.text, i+1
	group := byte(',')
	if t.reader.decimal == ',' {
		group = '.'
	}
	for len(tok.text) <= 3 && tok.text[0] != '0' && len(f.digits) <= 6 && len(t.tok(next+1).text) == 3 && t.tok(next+1).kind == numberToken {
		mark := t.tok(next).text
		if mark != string(group) && !(mark == "," && t.reader == readerOf("es")) && !(t.tok(next).kind == spaceToken && t.reader == readerOf("fr")) {
			break
		}
		f.digits, f.grouped, next = f.digits+t.tok(next+1).text, true, next+2
	}
	if mark := t.tok(next).text; (mark == string(t.reader.decimal) || mark == "." && !f.grouped) && t.tok(next+1).kind == numberToken && len(t.tok(next+1).text) <= largest {
		if !t.is(next+2, ".") || t.tok(next+3).kind != numberToken {
			f.decimals, next = t.tok(next+1).text, next+2
		}
	}
	f.whole, _ = strconv.Atoi(f.digits)
	return f, next
}

// say says a number.
func (t *text) say(f figure) string {
	said := ""
	switch {
	case len(f.digits) > 1 && f.digits[0] == '0':
		said = t.sayDigits(f.digits)
	case len(f.digits) == 4 && !f.grouped && f.decimals == "":
		return t.sayYear(f.whole)
	default:
		said = t.reader.cardinal(f.whole)
	}
	if f.decimals == "" {
		return said
	}
	said += " " + t.reader.words.point + " "
	if n, _ := strconv.Atoi(f.decimals); len(f.decimals) <= 2 && f.decimals[0] != '0' && t.reader != readerOf("en") && t.reader != readerOf("de") {
		return said + t.reader.cardinal(n)
	}
	return said + t.sayDigits(f.decimals)
}

func (t *text) sayDigits(s string) string {
	parts := make([]string, 0, len(s))
	for _, c := range s {
		parts = append(parts, t.reader.cardinal(int(c-'0')))
	}
	return strings.Join(parts, " ")
}

// numberAt reads a number, a range of numbers, a percentage, #1 and < between
// numbers.
func numberAt(t *text, i int) (unit, int) {
	if t.is(i, "#") && t.tok(i+1).kind == numberToken {
		u, next := numberAt(t, i+1)
		u.spoken = t.reader.words.number + " " + u.spoken
		return u, next
	}
	f, next := t.figure(i)
	if next == 0 || t.tok(next).kind == wordToken && !unicode.IsLower([]rune(t.tok(next).text)[0]) {
		return unit{}, 0
	}
	said := t.counted(f, next)
	if t.is(next, "-") || t.is(next, "–") {
		if g, after := t.figure(next + 1); after > 0 && g.whole > f.whole && len(g.digits) <= len(f.digits)+2 && !t.is(after, "-") && !t.is(i-1, "-") {
			said, next = said+" "+t.reader.words.to+" "+t.say(g), after
		}
	}
	if at := t.skip(next); t.is(at, "%") {
		return unit{spoken: said + " " + t.reader.words.percent, whole: true}, at + 1
	}
	u := unit{spoken: said}
	if before := t.before(i); t.is(next, ".") && (before < 0 || strings.ContainsAny(t.tok(before).text, ".!?…")) && t.tok(next+1).kind == spaceToken {
		return u, next + 1 // the number of a verse or an item: no sentence by itself
	}
	return u, next
}

// counted bends one and two for what is counted, where a language asks it.
func (t *text) counted(f figure, next int) string {
	said := t.say(f)
	noun := t.word(next + 1)
	if t.tok(next).kind != spaceToken || noun == "" || f.decimals != "" || f.grouped || len(f.digits) > 3 {
		return said
	}
	feminine := feminine(t.reader, noun)
	switch t.reader {
	case readerOf("es"):
		if len(noun) < 3 {
			return said
		}
		if feminine {
			if head, ok := strings.CutSuffix(said, "uno"); ok {
				return head + "una"
			}
			return strings.Replace(said, "cientos", "cientas", 1)
		}
		return shortOne(said)
	case readerOf("pt"):
		if feminine && len(noun) > 2 {
			return strings.Replace(portugueseFeminine(f.whole), "entos", "entas", 1)
		}
	case readerOf("fr"):
		if feminine {
			return frenchFeminine(f.whole)
		}
	case readerOf("de"):
		if said == "eins" {
			return "ein"
		}
	}
	return said
}

// ordinalAt reads 3rd, 2.º, 1er, XIXe.
func ordinalAt(t *text, i int) (unit, int) {
	n, at := t.number(i, 4), i+1
	if n < 0 && t.reader == readerOf("fr") && t.tok(i).kind == wordToken {
		if head, ok := strings.CutSuffix(t.tok(i).text, "e"); ok && len(head) > 1 && roman(head) > 0 && head == strings.ToUpper(head) {
			return unit{spoken: t.reader.ordinal(roman(head), false)}, i + 1
		}
	}
	if n < 1 {
		return unit{}, 0
	}
	if t.reader == readerOf("de") && t.is(at, ".") && germanCounted(t.word(t.skip(at+1))) {
		said, _, _ := strings.Cut(t.germanCase(i, t.reader.ordinal(n, false)+" x"), " ")
		return unit{spoken: said}, at + 1
	}
	if t.is(at, ".") && (t.is(at+1, "º") || t.is(at+1, "ª") || t.is(at+1, "o") || t.is(at+1, "a")) {
		at++
	}
	ending := strings.ToLower(t.tok(at).text)
	if t.tok(at).kind != wordToken || !t.reader.tables.endings[ending] || t.reader == readerOf("de") {
		return unit{}, 0
	}
	feminine := ending == "ª" || ending == "a" || ending == "ra" || ending == "da" || ending == "ta" || ending == "re" || ending == "ère" || ending == "nde"
	said := t.sayOrdinal(n, feminine, at+1)
	if t.reader == readerOf("es") && ending == "er" {
		said = strings.TrimSuffix(said, "o")
	}
	return unit{spoken: said, whole: true}, at + 1
}

// germanCounted reports whether a noun follows ordinals: im 19. Jahrhundert.
func germanCounted(noun string) bool {
	switch noun {
	case "jh", "jahrhundert", "jahrhunderts", "advent", "sonntag", "kapitel", "gebot", "tag", "tage", "buch", "weltkrieg", "mal", "klasse", "jahr", "geburtstag", "auflage", "stunde":
		return true
	}
	return false
}

// currency is how an amount is said.
type currency struct{ one, many, cent, cents string }

// currencies reads a table: sign, one, many, a cent, cents; - is none.
func currencies(table string) map[string]currency {
	all := map[string]currency{}
	for _, line := range lines(table) {
		if f := strings.Fields(line); len(f) == 5 {
			all[f[0]] = currency{f[1], f[2], strings.Trim(f[3], "-"), strings.Trim(f[4], "-")}
		}
	}
	return all
}

// moneyAt reads $12.50, R$ 5, 5 €, $3 million.
func moneyAt(t *text, i int) (unit, int) {
	sign, at := t.tok(i).text, i+1
	if (sign == "R" || sign == "US") && t.is(i+1, "$") {
		sign, at = sign+"$", i+2
	}
	c, known := t.reader.tables.currencies[sign]
	var f figure
	next := 0
	if known {
		f, next = t.figure(t.skip(at))
	} else if f, next = t.figure(i); next > 0 {
		if c, known = t.reader.tables.currencies[t.tok(t.skip(next)).text]; known {
			next = t.skip(next) + 1
		}
	}
	if !known || next == 0 {
		return unit{}, 0
	}
	return unit{spoken: t.sayMoney(f, c, &next), whole: true}, next
}

func (t *text) sayMoney(f figure, c currency, next *int) string {
	if w := t.word(*next + 1); t.tok(*next).kind == spaceToken && (strings.HasPrefix(w, "mill") || strings.HasPrefix(w, "bill") || w == "thousand" || strings.HasPrefix(w, "milh") || w == "mil" || w == "tausend") {
		said := t.say(f) + " " + t.tok(*next+1).text
		*next += 2
		if w == "thousand" || w == "mil" || w == "tausend" || t.reader == readerOf("en") || t.reader == readerOf("de") {
			return said + " " + c.many
		}
		return said + " " + t.reader.words.of + " " + c.many
	}
	cents := 0
	if len(f.decimals) == 2 && c.cent != "" {
		cents, _ = strconv.Atoi(f.decimals)
	} else if f.decimals != "" {
		return t.say(f) + " " + c.many
	}
	unitName, centName := c.many, c.cents
	if f.whole == 1 {
		unitName = c.one
	}
	if cents == 1 {
		centName = c.cent
	}
	said := t.one(f.whole, unitName) + " " + unitName
	switch {
	case cents == 0:
		return said
	case t.reader == readerOf("en") && f.whole == 0:
		return t.reader.cardinal(cents) + " " + centName
	case t.reader == readerOf("fr"), t.reader == readerOf("de"):
		return said + " " + t.reader.cardinal(cents)
	}
	return said + t.reader.words.centsJoin + t.one(cents, centName) + " " + centName
}

// one says a number before what it counts.
func (t *text) one(n int, noun string) string {
	said := t.reader.cardinal(n)
	switch t.reader {
	case readerOf("es"):
		if feminine(t.reader, fold(noun)) {
			return strings.TrimSuffix(said, "uno") + map[bool]string{true: "una"}[strings.HasSuffix(said, "uno")]
		}
		return shortOne(said)
	case readerOf("pt"):
		if feminine(t.reader, fold(noun)) {
			return portugueseFeminine(n)
		}
	case readerOf("de"):
		if n == 1 {
			return "ein"
		}
	case readerOf("fr"):
		if noun == "livre" || noun == "livres" || feminine(t.reader, fold(noun)) {
			return frenchFeminine(n)
		}
	}
	return said
}

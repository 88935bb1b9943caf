package reading

import (
	"strings"
	"unicode"
)

// abbreviation is what a short form stands for.
type abbreviation struct {
	spoken string
	ends   bool // its stop may end a sentence
}

// abbreviations reads a table of short=full, _ for a space; ~ before the = says
// that its stop may end a sentence.
func abbreviations(table string) map[string]abbreviation {
	all := map[string]abbreviation{}
	for field := range strings.FieldsSeq(table) {
		short, full, _ := strings.Cut(field, "=")
		short, ends := strings.CutSuffix(short, "~")
		all[short] = abbreviation{strings.ReplaceAll(full, "_", " "), ends}
	}
	return all
}

// abbreviationAt reads Dr., e. g., C. of E., z. B. and the like.
func abbreviationAt(t *text, i int) (unit, int) {
	if t.tok(i).kind != wordToken {
		return unit{}, 0
	}
	var key strings.Builder
	best, bestNext := abbreviation{}, 0
	at := i
	for range 7 {
		tok := t.tok(at)
		if tok.kind != wordToken || key.Len() > 12 || at > i && !strings.Contains(key.String(), ".") {
			break
		}
		key.WriteString(tok.text)
		at++
		if t.is(at, ".") {
			a, ok := t.reader.tables.abbreviations[key.String()]
			if !ok {
				a, ok = t.reader.tables.abbreviations[strings.ToLower(key.String())]
				ok = ok && strings.Contains(key.String(), ".")
			}
			if ok {
				best, bestNext = a, at+1
			}
			key.WriteByte('.')
			at++
		}
		at = t.skip(at)
	}
	if bestNext > 0 {
		return unit{spoken: best.spoken, ends: best.ends, whole: bestNext > i+2}, bestNext
	}
	return t.special(i)
}

// special reads the short forms whose meaning depends on what is beside them.
func (t *text) special(i int) (unit, int) {
	w, stopped := t.tok(i).text, t.is(i+1, ".")
	next := i + 1
	if stopped {
		next++
	}
	at := t.skip(next)
	switch english := t.reader == readerOf("en"); {
	case w == "St" && english && (stopped || t.capital(at)):
		if before := t.before(i); t.capital(at) && !(t.capital(before) && t.tok(before).kind == wordToken && t.number(t.before(before), 5) > 0) {
			return unit{spoken: "Saint", whole: false}, next
		}
		return unit{spoken: "Street", ends: true}, next
	case !stopped && t.capital(at) && at > next && t.reader.tables.courtesies[w]:
		return unit{spoken: t.reader.tables.abbreviations[w].spoken}, next
	case stopped && t.number(at, 6) >= 0 && strings.EqualFold(w, "no"):
		return unit{spoken: t.reader.words.number}, next
	case stopped && t.number(at, 6) >= 0 && (w == "p" || w == "pp" || w == "S" && t.reader == readerOf("de")):
		page := map[*reader]string{readerOf("en"): "page", readerOf("fr"): "page", readerOf("de"): "Seite"}[t.reader]
		if page == "" {
			page = "página"
		}
		if n := t.number(at, 6); strings.HasPrefix(t.tok(at+1).text, "f") && n >= 0 { // S. 13f.
			if more, after := t.following(at + 1); more {
				u := unit{spoken: page + " " + t.reader.cardinal(n) + " " + t.reader.words.following, whole: true}
				if t.is(after, ".") {
					after++
					u.ends = !strings.ContainsAny(t.tok(after).text, ",;:)") || t.tok(after).text == ""
				}
				return u, after
			}
		}
		return unit{spoken: page}, next
	case stopped && w == "S" && at > next && t.capital(at) && t.saint(i, at) != "":
		return unit{spoken: t.saint(i, at)}, next
	case stopped && t.tok(at).text != "" && shortForms[strings.ToLower(w)]:
		return unit{spoken: w}, next
	}
	return unit{}, 0
}

// saint is what S. at token i stands for before the given name of a saint at token
// name; "" where it is an initial: Harry S. Truman.
func (t *text) saint(i, name int) string {
	who, before := t.word(name), t.before(i)
	if !t.reader.tables.saints[who] || t.tok(before).kind == wordToken && t.capital(before) && !t.reader.tables.leads[t.word(before)] {
		return ""
	}
	switch t.reader {
	case readerOf("es"):
		if strings.HasPrefix(who, "to") || who == "domingo" {
			return "santo"
		}
		return "san"
	case readerOf("pt"):
		if strings.ContainsAny(who[:1], "aeiou") {
			return "santo"
		}
		return "são"
	}
	return "saint"
}

// initialsAt reads C. S. Lewis: no sentence ends after an initial, no line
// breaks between two. "So am I." is a sentence.
func initialsAt(t *text, i int) (unit, int) {
	var letters strings.Builder
	next := i
	for {
		tok := t.tok(next)
		if tok.kind != wordToken || len([]rune(tok.text)) != 1 || !t.capital(next) || !t.is(next+1, ".") {
			break
		}
		letters.WriteString(tok.text + ".")
		next += 2
		if at := t.skip(next); t.capital(at) && len([]rune(t.tok(at).text)) == 1 && t.is(at+1, ".") {
			next = at
			continue
		}
		break
	}
	if next == i || next == i+2 && t.is(i, "I") && !t.capital(t.skip(next)) {
		return unit{}, 0
	}
	if next == i+2 && t.is(i, "I") && t.before(i) >= 0 && t.tok(t.before(i)).kind == wordToken && !t.capital(t.before(i)) {
		return unit{}, 0
	}
	said := letters.String()
	if t.reader == nil {
		said = t.s[t.tok(i).at:t.tok(next-1).end()]
	}
	return unit{spoken: said, whole: true}, next
}

// romanAt reads Henry VIII, World War II, siglo XIX, and a numeral that can be
// nothing else.
func romanAt(t *text, i int) (unit, int) {
	tok := t.tok(i)
	if tok.kind != wordToken {
		return unit{}, 0
	}
	n := roman(tok.text)
	if n == 0 || tok.text != strings.ToUpper(tok.text) {
		return unit{}, 0
	}
	before := t.before(i)
	if t.is(before, ".") {
		before--
	}
	w := strings.ToLower(t.tok(before).text)
	ruler := t.reader.tables.rulers[w] && t.capital(before)
	numbered := t.reader.tables.numbered[w]
	switch {
	case len(tok.text) == 1 && !(tok.text != "I" && (ruler || numbered)) && !(numbered && tok.text == "I"):
		return unit{}, 0
	case t.reader.tables.letters[tok.text] && !ruler && !numbered:
		return unit{}, 0
	case ruler:
		next := i + 1
		if t.reader == readerOf("de") && t.is(next, ".") && t.word(t.skip(next+1)) != "" {
			next++ // Heinrich VIII. war
		}
		return unit{spoken: t.ruler(n, w), whole: true}, next
	case numbered, strings.Trim(tok.text, "IVX") == "" && len(tok.text) > 1, len(tok.text) > 3:
		if n > 999 {
			return unit{spoken: t.sayYear(n)}, i + 1
		}
		if t.reader == readerOf("fr") && n == 1 {
			return unit{spoken: "premier"}, i + 1
		}
		return unit{spoken: t.reader.cardinal(n)}, i + 1
	}
	return unit{}, 0
}

// ruler says which of a name somebody is.
func (t *text) ruler(n int, name string) string {
	switch t.reader {
	case readerOf("en"):
		return "the " + t.reader.ordinal(n, false)
	case readerOf("de"):
		return "der " + strings.TrimSuffix(t.reader.ordinal(n, false), "r")
	}
	if n > 10 {
		return t.reader.cardinal(n)
	}
	return t.reader.ordinal(n, strings.HasPrefix(name, "isabel"))
}

// capitalsAt reads words in capitals: LORD as a word, NIV as letters.
func capitalsAt(t *text, i int) (unit, int) {
	tok := t.tok(i)
	s := tok.text
	if tok.kind != wordToken || len(s) < 2 {
		return unit{}, 0
	}
	base, tail := s, ""
	for _, mark := range []string{"'", "’"} {
		if at := strings.Index(s, mark); at > 0 {
			base, tail = s[:at], s[at:]
		}
	}
	if elided := strings.TrimLeft(tail, "'’"); len([]rune(base)) == 1 && len([]rune(elided)) > 1 && elided == strings.ToUpper(elided) && t.reader == readerOf("fr") {
		runes := []rune(elided)
		return unit{spoken: base + "'" + string(runes[0]) + strings.ToLower(string(runes[1:]))}, i + 1 // L'ÉTERNEL
	}
	if len([]rune(base)) < 2 || base != strings.ToUpper(base) || strings.ContainsFunc(base, func(r rune) bool { return !unicode.Is(unicode.Latin, r) }) {
		return unit{}, 0
	}
	if base == "AM" && t.is(i-2, "I") && t.tok(i-1).kind == spaceToken {
		return unit{spoken: "am"}, i + 1 // I AM WHO I AM
	}
	if t.reader.tables.letters[base] && !t.shouted(i) || !strings.ContainsAny(fold(base), "aeiouy") || lowered(t.tok(i+1).text) >= 0 {
		return unit{spoken: t.sayLetters(base) + strings.ToLower(tail)}, i + 1
	}
	if len(tail) > 0 && t.reader == readerOf("en") {
		tail = strings.ToLower(tail)
	}
	runes := []rune(base)
	if t.shouted(i) && base != "GOD" && base != "LORD" && base != "JESUS" {
		return unit{spoken: strings.ToLower(s)}, i + 1
	}
	return unit{spoken: string(runes[0]) + strings.ToLower(string(runes[1:])) + strings.ToLower(tail)}, i + 1
}

// shouted reports whether the words beside token i are in capitals too.
func (t *text) shouted(i int) bool {
	loud := func(j int) bool {
		s := t.tok(j).text
		return t.tok(j).kind == wordToken && len(s) > 1 && s == strings.ToUpper(s) && !t.reader.tables.letters[s]
	}
	return loud(i-2) && t.tok(i-1).kind == spaceToken || loud(i+2) && t.tok(i+1).kind == spaceToken
}

// sayLetters spells a short name: N.I.V
func (t *text) sayLetters(s string) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteRune(r)
	}
	return b.String()
}

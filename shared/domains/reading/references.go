package reading

import (
	"fmt"
	"strings"
)

// place is where in the Bible something is: chapters, and verses of one.
type place struct {
	chapter, toChapter int
	verses             []span // none: the whole chapter
	following          bool
}

// span is a verse, or verses up to another, perhaps of another chapter.
type span struct {
	from, to, toChapter int
	part                string // the a of 16a
}

// referenceAt reads a reference to the Bible in one of the forms that people
// write.
func referenceAt(t *text, i int) (unit, int) {
	found, ok := t.bookAt(i)
	if !ok {
		return unit{}, 0
	}
	next := t.skip(found.next)
	if _, date := figureDateAt(t, next); date > 0 {
		return unit{}, 0 // Am 25.12.2024
	}
	p, after, exact := t.place(next, found.book)
	if after == 0 || found.weak && !found.stopped && !exact || !found.here && !exact {
		if _, numbered := t.bookPrefix(i); numbered > i && found.full && after == 0 && !found.stopped && t.tok(i).kind == numberToken {
			return unit{spoken: t.reader.tables.names[found.book], whole: true}, found.next
		}
		return unit{}, 0
	}
	name := t.reader.tables.names[found.book]
	if found.book == 19 && (p.toChapter > 0 && len(p.verses) == 0) {
		name = t.reader.tables.plural
	}
	if p.chapter == 0 {
		name += ","
	}
	u := unit{spoken: name + " " + t.sayPlace(p, found.book), whole: true, reference: true}
	u.spoken, after, u.ends = t.edition(u.spoken, after, p)
	return u, after
}

// edition reads the name of a translation after a reference, and the stop of ff.
func (t *text) edition(spoken string, after int, p place) (said string, next int, ends bool) {
	if p.following && t.is(after, ".") {
		after++
		ends = !strings.ContainsAny(t.tok(after).text, ",;:)") || t.tok(after).text == ""
	}
	at := t.skip(after)
	switch {
	case t.is(at, "(") && t.is(at+2, ")") && t.translation(at+1):
		return spoken + ", " + t.sayLetters(t.tok(at+1).text), at + 3, false
	case t.is(at, "(") && t.is(at+3, ")") && t.translation(at+1) && t.tok(at+2).kind == numberToken:
		return spoken + ", " + t.sayLetters(t.tok(at+1).text) + " " + t.reader.cardinal(t.number(at+2, 6)), at + 4, false
	case t.is(at, ",") && t.translation(t.skip(at+1)):
		at = t.skip(at + 1)
		return spoken + ", " + t.sayLetters(t.tok(at).text), at + 1, false
	case at > after && t.translation(at) && t.reader.tables.letters[t.tok(at).text]:
		return spoken + ", " + t.sayLetters(t.tok(at).text), at + 1, false
	}
	return spoken, after, ends
}

// translation reports whether token i is short for a translation.
func (t *text) translation(i int) bool {
	s := t.tok(i).text
	if t.tok(i).kind != wordToken || len(s) < 2 || len(s) > 7 || s != strings.ToUpper(s) {
		return false
	}
	return t.reader.tables.letters[s] || readerOf("en").tables.letters[s] || len(s) <= 5 && t.is(i-1, "(")
}

// place reads chapter and verses at token i; exact when a verse was named.
func (t *text) place(i, book int) (p place, next int, exact bool) {
	p.chapter, next = t.chapter(i)
	if next == 0 {
		return p, 0, false
	}
	if at, ok := t.separator(next); ok {
		p.verses, next = t.verses(at)
		p.following, next = t.following(next)
		return p, next, true
	}
	if oneChapter(book) {
		p.verses, next = t.verses(i)
		p.following, next = t.following(next)
		p.chapter = 0
		return p, next, true
	}
	if at := t.dash(next); at > 0 {
		if to := t.number(at, 3); to > p.chapter {
			p.toChapter, next = to, at+1
			if at, ok := t.separator(next); ok && t.number(at, 3) > 0 { // Gen 1-2:3
				p.verses, next = []span{{from: 1, to: t.number(at, 3), toChapter: p.toChapter}}, at+1
				p.toChapter = 0
			}
			return p, next, false
		}
	}
	p.following, next = t.following(next)
	return p, next, p.following
}

// chapter reads the number of a chapter in figures or Roman numerals.
func (t *text) chapter(i int) (n, next int) {
	if n := t.number(i, 3); n > 0 && n <= 150 && !t.letterAfter(i+1) && t.word(i+1) != "h" {
		return n, i + 1
	}
	tok := t.tok(i)
	if tok.kind != wordToken || len(tok.text) > 8 {
		return 0, 0
	}
	n = roman(tok.text)
	if n == 0 || n > 150 {
		return 0, 0
	}
	if _, verse := t.separator(i + 1); !verse && (len(tok.text) < 2 || tok.text != strings.ToUpper(tok.text)) {
		return 0, 0
	}
	return n, i + 1
}

// letterAfter reports whether token i is a word that is no ending of a number.
func (t *text) letterAfter(i int) bool {
	w := t.word(i)
	return w != "" && w != "f" && w != "ff" && w != "s" && w != "ss" && w != "sq" && w != "sqq" && len(w) > 1
}

// separator reads what parts chapter and verse: the index of the verse.
func (t *text) separator(i int) (int, bool) {
	switch t.tok(i).text {
	case ":", ".":
		at := i + 1
		if roman(t.tok(i-1).text) > 0 || t.is(i, ":") {
			at = t.skip(at) // viii. 28, 3: 16
		}
		return at, t.number(at, 3) > 0
	case ",":
		if at := t.skip(i + 1); at > i+1 && t.reader.decimal == ',' && t.number(at, 3) > 0 { // Ps 23, 1
			return at, t.versesGoOn(at+1) || t.dash(at+1) > 0
		}
		return i + 1, t.reader.decimal == ',' && t.number(i+1, 3) > 0
	}
	return i, false
}

// dash is the index after a dash, spaces around it allowed; 0 when there is none.
func (t *text) dash(i int) int {
	at := t.skip(i)
	switch t.tok(at).text {
	case "-", "–", "—", "‑", "−":
		if after := t.skip(at + 1); (after > at+1) == (at > i) {
			return after
		}
	}
	return 0
}

// verses reads a list of verses.
func (t *text) verses(i int) (all []span, next int) {
	for {
		s := span{from: t.number(i, 3)}
		if s.from < 0 || len(all) > 40 {
			return all, next
		}
		if n := len(all); n > 0 && (s.from <= max(all[n-1].from, all[n-1].to) || !t.listGoesOn(i+1)) {
			return all, next
		}
		next = i + 1
		if w := t.tok(next).text; w == "a" || w == "b" || w == "c" {
			s.part = w
			next++
		}
		if at := t.dash(next); at > 0 && t.number(at, 3) > 0 {
			to := t.number(at, 3)
			if verse, ok := t.separator(at + 1); ok && t.number(verse, 3) > 0 && !(t.is(at+1, ".") && t.reader.decimal == ',') && !t.is(at+1, ",") {
				s.toChapter, s.to, next = to, t.number(verse, 3), verse+1
			} else if to > s.from {
				s.to, next = to, at+1
				if w := t.tok(next).text; w == "a" || w == "b" || w == "c" {
					next++
				}
			}
		}
		all = append(all, s)
		switch at := next; {
		case t.is(at, ","), t.is(at, ".") && t.reader.decimal == ',' && t.number(at+1, 3) > 0:
			i = t.skip(at + 1)
		case t.is(t.skip(at), "&"), t.skip(at) > at && t.word(at+1) == t.reader.words.and:
			i = t.skip(t.skip(at) + 1)
		default:
			return all, next
		}
	}
}

// listGoesOn reports whether what follows a number at i-1 is no word that is
// counted by it: "John 3:16, 18" and not "John 3:16, 18 people".
func (t *text) listGoesOn(i int) bool {
	if t.tok(i).kind != spaceToken {
		return !t.is(i, ":") && !t.letterAfter(i)
	}
	w := t.word(i + 1)
	if t.reader == nil {
		return w == "" || t.capital(i+1)
	}
	return w == "" || w == t.reader.words.and || t.capital(i+1) || t.reader.decimal == ',' && uncounted[w]
}

// versesGoOn is listGoesOn of a first verse: the list after it must be whole, "Salmo 23,
// 1 y 2" and not "Juan 3, 5 y 6 personas".
func (t *text) versesGoOn(i int) bool {
	if !t.listGoesOn(i) {
		return false
	}
	if t.tok(i).kind != spaceToken || t.word(i+1) != t.reader.words.and {
		return true
	}
	second := t.skip(i + 2)
	return t.number(second, 3) > 0 && t.listGoesOn(second+1)
}

// following reads f, ff, ss after verses.
func (t *text) following(i int) (bool, int) {
	at := t.skip(i)
	switch t.word(at) {
	case "f", "ff", "ss", "sq", "sqq":
		return true, at + 1
	case "s":
		return at == i, i + map[bool]int{true: 1}[at == i]
	}
	return false, i
}

// sayPlace says chapter and verses.
func (t *text) sayPlace(p place, book int) string {
	w, say := t.reader.words, t.reader.cardinal
	chapter := ""
	if p.chapter > 0 {
		chapter = say(p.chapter)
	}
	if p.toChapter > 0 {
		chapter += " " + t.upTo(p.chapter, p.toChapter) + " " + say(p.toChapter)
	}
	if len(p.verses) == 0 {
		if p.following {
			chapter += " " + w.following
		}
		return chapter
	}
	said := t.sayVerses(p.verses, p.following)
	if chapter == "" {
		return said
	}
	return chapter + ", " + said
}

// upTo is the word between two ends: "and" for neighbours.
func (t *text) upTo(from, to int) string {
	if to == from+1 {
		return t.reader.words.and
	}
	return t.reader.words.to
}

func (t *text) sayVerses(verses []span, following bool) string {
	w, say := t.reader.words, t.reader.cardinal
	parts := make([]string, 0, len(verses))
	many := len(verses) > 1 || following
	for _, s := range verses {
		said := say(s.from)
		if s.part != "" {
			said += " " + strings.ToUpper(s.part)
		}
		switch {
		case s.toChapter > 0:
			said += fmt.Sprintf(", %s %s %s, %s %s", w.to, w.chapter, say(s.toChapter), w.verse, say(s.to))
		case s.to > 0:
			many = true
			said += " " + t.upTo(s.from, s.to) + " " + say(s.to)
		}
		parts = append(parts, said)
	}
	word := w.verse
	if many {
		word = w.verses
	}
	list := parts[0]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			list += " " + w.and + " " + part
		} else {
			list += ", " + part
		}
	}
	if following {
		list += " " + w.following
	}
	return word + " " + list
}

// verseAt reads v. 3, vv. 3-5, ch. 4, verses 3-5 and the chapter and verse that
// go on after a reference: "; 4:7".
func verseAt(t *text, i int) (unit, int) {
	w := t.word(i)
	at := i + 1
	if t.is(at, ".") {
		at++
	}
	at = t.skip(at)
	switch w {
	case "v", "vv", "vs", "vss", "verse", "verses", "versiculo", "versiculos", "verset", "versets", "vers":
		if verses, next := t.verses(at); len(verses) > 0 && (len(w) > 2 || t.is(i+1, ".") || w == "v" || w == "vv") {
			following, next := t.following(next)
			return unit{spoken: t.sayVerses(verses, following), whole: true}, next
		}
	case "ch", "chs", "chap", "chaps", "chapter", "chapters", "cap", "caps", "capitulo", "capitulos", "chapitre", "chapitres", "kap", "kapitel":
		n, next := t.chapter(at)
		if next == 0 && (len(w) > 2 || t.is(i+1, ".")) && roman(t.tok(at).text) > 0 {
			n, next = roman(t.tok(at).text), at+1
		}
		if next == 0 {
			return unit{}, 0
		}
		p, after, _ := t.place(at, 0)
		if after == 0 || p.chapter != n {
			p, after = place{chapter: n}, next
		}
		word := t.reader.words.chapter
		if p.toChapter > 0 {
			word = t.reader.words.chapters
		}
		return unit{spoken: word + " " + t.sayPlace(p, 0), whole: true}, after
	}
	if !t.is(t.before(i), ";") || t.number(i, 3) <= 0 || !t.is(i+1, ":") {
		return unit{}, 0
	}
	before := t.tok(t.before(i) - 1)
	if before.kind != numberToken {
		return unit{}, 0
	}
	p, next, exact := t.place(i, 0)
	if !exact {
		return unit{}, 0
	}
	return unit{spoken: t.reader.words.chapter + " " + t.sayPlace(p, 0), whole: true}, next
}

package reading

import (
	"github.com/devotionalai/platform/shared/domains/language"
	"strconv"
	"strings"
)

// alias is what a short form of a book stands for: the book's number from 1 to
// 66, or the number of the first of those that share a name.
type alias struct {
	first, count int
	weak         bool // an ordinary word too: it needs a stop or a verse
}

// readBooks reads a table of books in their order, one name a line:
//
//	spoken name | spoken name of the second … : short forms
//
// A short form is folded, _ stands for a space, and one that ends in ! is an
// ordinary word as well. The first is the name in full. A line "=N:" has more
// short forms of book N, without a number.
func (b *tables) readBooks(table string) {
	book := 1
	for _, line := range lines(table) {
		names, forms, _ := strings.Cut(line, ":")
		spoken, first, into := strings.Split(names, "|"), book, b.books
		if number, more := strings.CutPrefix(names, "="); more {
			first, _ = strconv.Atoi(number)
			spoken = nil
		}
		if len(spoken) > 1 {
			into = b.numberedBooks
		}
		for i, name := range spoken {
			b.names[book+i] = strings.TrimSpace(name)
		}
		for i, form := range strings.Fields(forms) {
			form, weak := strings.CutSuffix(form, "!")
			into[form] = alias{first, max(len(spoken), 1), weak}
			if i == 0 || len(form) > 4 {
				b.full[form] = true
			}
		}
		book += len(spoken)
	}
	b.plural = b.names[19] + "s"
}

// oneChapter are the books of one chapter: Obadiah, Philemon, 2 and 3 John, Jude.
func oneChapter(book int) bool {
	switch book {
	case 31, 57, 63, 64, 65:
		return true
	}
	return false
}

// bookAt reads the name of a book at token i: its number, the index after it,
// whether it had its full name, and whether a stop followed it.
type bookFound struct {
	book, next    int
	weak, stopped bool
	full, here    bool // here: in the tongue's own table
}

func (t *text) bookAt(i int) (bookFound, bool) {
	which, next := t.bookPrefix(i)
	if !t.capital(next) {
		return bookFound{}, false
	}
	for _, r := range t.bookTables() {
		for words := 4; words >= 1; words-- {
			key, after := t.key(next, words)
			if key == "" {
				continue
			}
			table := r.tables.books
			if which > 0 {
				table = r.tables.numberedBooks
			}
			a, ok := table[key]
			if !ok || r != t.reader && !r.tables.full[key] || which > a.count {
				continue
			}
			f := bookFound{book: a.first + max(which-1, 0), next: after, weak: a.weak, full: r.tables.full[key], here: r == t.reader}
			if t.is(after, ".") {
				f.next, f.stopped = after+1, true
			}
			return f, true
		}
	}
	return bookFound{}, false
}

// bookTables are the tables to look in: the tongue's own first.
func (t *text) bookTables() []*reader {
	all := []*reader{}
	if t.reader != nil {
		all = append(all, t.reader)
	}
	for _, l := range [5]language.Language{"en", "es", "pt", "fr", "de"} {
		if r := readerOf(l); r != t.reader {
			all = append(all, r)
		}
	}
	return all
}

// key joins words from token i by "_"; "" when there are not so many.
func (t *text) key(i, words int) (string, int) {
	key := t.word(i)
	i++
	for n := 1; n < words && key != ""; n++ {
		next := t.word(i + 1)
		if t.tok(i).kind != spaceToken || next == "" {
			return "", i
		}
		key, i = key+"_"+next, i+2
	}
	return key, i
}

// bookPrefix reads 1, 2., 3rd, II, First before a name.
func (t *text) bookPrefix(i int) (which, next int) {
	next = i
	switch n := t.number(i, 1); {
	case n >= 1 && n <= 5:
		which, next = n, i+1
		if t.is(next, ".") {
			next++
		}
		if e := t.word(next); t.is(next, "°") || e == "st" || e == "nd" || e == "rd" || e == "a" || e == "o" || e == "ª" || e == "º" || e == "er" || e == "re" || e == "e" {
			if t.tok(next+1).kind == spaceToken {
				next++
			}
		}
	case t.capital(i) && len(t.tok(i).text) <= 3 && roman(t.tok(i).text) > 0 && t.tok(i).text[0] == 'I':
		which, next = roman(t.tok(i).text), i+1
		if t.is(next, ".") {
			next++
		}
	case t.reader != nil && t.capital(i) && t.reader.tables.prefixes[t.word(i)] > 0:
		which, next = t.reader.tables.prefixes[t.word(i)], i+1
	default:
		return 0, i
	}
	if which > 5 {
		return 0, i
	}
	next = t.skip(next)
	if w := t.word(next); (w == "de" || w == "buch" || w == "libro" || w == "livro" || w == "livre" || w == "brief") && t.tok(next+1).kind == spaceToken {
		next += 2
		for w := t.word(next); (w == "a" || w == "de" || w == "los" || w == "der" || w == "an" || w == "die") && t.tok(next+1).kind == spaceToken; w = t.word(next) {
			next += 2
		}
	}
	return which, next
}

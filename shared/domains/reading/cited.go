package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

// References are where a text names a place of the Bible: from and to, in bytes,
// in order. One with marks of Markdown inside is not among them.
func References(s string, l language.Language) [][2]int {
	if !strings.ContainsFunc(s, unicode.IsNumber) && l != "en" {
		return nil // Psalm XXIII is English
	}
	var all [][2]int
	from := 0
	for _, p := range read(s, l) {
		for _, u := range p.units {
			if !u.reference {
				continue
			}
			if at := strings.Index(s[from:], p.s[u.from:u.to]); at >= 0 {
				all = append(all, [2]int{from + at, from + at + u.to - u.from})
				from += at + u.to - u.from
			}
		}
	}
	return all
}

// plainReference keeps "1 Петра 5:7" and "요한복음 3:16-18" whole in a language
// whose books we do not know, and 3:16 alone. Names that the voice cannot read are
// none of it.
func plainReference(foreign func(string) bool) maker {
	return func(t *text, i int) (unit, int) {
		at, named := t.plainName(i, foreign)
		if t.number(at, 3) < 0 || !t.is(at+1, ":") && !t.is(at+1, "：") || t.number(at+2, 3) < 0 {
			return unit{}, 0
		}
		next := at + 3
		for {
			more := next + 1
			if !t.is(next, "-") && !t.is(next, "–") {
				if more = t.skip(next + 1); !named || !t.is(next, ",") || !t.listGoesOn(more+1) {
					break
				}
			}
			if t.number(more, 3) < 0 {
				break
			}
			next = more + 1
		}
		return unit{spoken: t.s[t.tok(i).at:t.tok(next-1).end()], whole: true, reference: named}, next
	}
}

// plainName is the index after what may be the name of a book: i where there is
// none.
func (t *text) plainName(i int, foreign func(string) bool) (next int, named bool) {
	at := i
	if n := t.number(at, 1); n >= 1 && n <= 4 {
		switch at++; {
		case t.is(at, "."):
			at++
		case t.is(at, "-") && t.tok(at+1).kind == wordToken: // 1-е
			at += 2
		}
		at = t.skip(at)
	}
	tok := t.tok(at)
	if tok.kind != wordToken || foreign(tok.text) || !mayBeBook(tok.text) {
		return i, false
	}
	if at++; t.is(at, ".") {
		at++
	}
	return t.skip(at), true
}

// beforeTimes are words after which 6:30 is a time of day.
var beforeTimes = set("alle om kl klo ore la las o в к до с после від до о 오전 오후 새벽 아침 저녁 밤 上午 下午 午前 午後 凌晨 早上 晚上 الساعة")

// mayBeBook reports whether a word may be the name of a book: one of a script with
// capitals has one.
func mayBeBook(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsLower(first) || utf8.RuneCountInString(word) > 16 || beforeTimes[strings.ToLower(word)] {
		return false
	}
	return !unicode.Is(unicode.Han, first) || utf8.RuneCountInString(word) <= 8
}

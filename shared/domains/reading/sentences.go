package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// longestSentence is how many code points are read aloud in one go. Longer
// run-ons are split, so that captions stay in step with the voice.
const longestSentence = 300

// shortForms end in a full stop without ending a sentence, also where nothing
// follows that they would be short for; lower case, without the stop.
var shortForms = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "st": true, "sts": true, "rev": true, "fr": true, "sr": true, "jr": true,
	"prof": true, "vs": true, "v": true, "vv": true, "cf": true, "ch": true, "e.g": true, "i.e": true, "etc": false,
	"ps": true, "gen": true, "ex": true, "lev": true, "num": true, "deut": true, "isa": true, "jer": true, "matt": true,
	"rom": true, "cor": true, "gal": true, "eph": true, "phil": true, "col": true, "heb": true, "sra": true, "sto": true,
}

// pieces cuts a paragraph into what is read aloud one by one: sentences by the
// rules of Unicode (UAX #29) for every script, except that none ends inside a
// unit or after a short form; a run-on of more than 300 code points is cut at a
// clause mark near its middle, else at a space, else between two characters.
func (p *paragraph) pieces() []piece {
	var all []piece
	for _, c := range p.sentences() {
		all = p.halve(all, c)
	}
	return all
}

// sentences finds the sentences of a paragraph.
func (p *paragraph) sentences() []piece {
	var all []piece
	from, at, state, left := 0, 0, -1, withoutCrowds(p.s)
	add := func(to int) {
		switch {
		case strings.TrimSpace(p.s[from:to]) == "":
		case len(all) > 0 && !speakable(p.s[from:to]): // a stray quotation mark or dash stays with what it follows
			all[len(all)-1].to = to
		default:
			all = append(all, piece{from, to})
		}
		from = to
	}
	for len(left) > 0 {
		var sentence string
		sentence, left, state = uniseg.FirstSentenceInString(left, state)
		start := at
		at += len(sentence)
		for _, cut := range p.more(start, at) {
			add(cut)
		}
		if !p.inside[at] && (at == len(p.s) || p.complete(from, at)) {
			add(at)
		}
	}
	if from < len(p.s) {
		add(len(p.s))
	}
	return all
}

// mostMarks is how many marks in a row count for where a sentence ends.
const mostMarks = 16

// withoutCrowds replaces what is more than that in a row of marks, each by as many
// bytes as it has. UAX #29 has each bracket and quotation mark after a stop look for
// the next letter, so that thousands of them would be read thousands of times.
func withoutCrowds(s string) string {
	var b []byte
	row := 0
	for at, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.STerm, r) {
			row = 0
			continue
		}
		if row++; row <= mostMarks || r == utf8.RuneError {
			continue
		}
		if b == nil {
			b = []byte(s)
		}
		for i := range utf8.RuneLen(r) {
			b[at+i] = '*'
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}

// complete reports whether a piece is more than a number with its stop.
func (p *paragraph) complete(from, to int) bool {
	return p.reader != nil || strings.Trim(strings.TrimSpace(p.s[from:to]), "0123456789.") != ""
}

// more finds the ends that UAX #29 does not know: an ellipsis before a capital,
// and the question mark of Greek.
func (p *paragraph) more(from, to int) []int {
	var all []int
	for at := from; at < to; {
		i := strings.IndexAny(p.s[at:to], "…;")
		if i < 0 {
			break
		}
		mark, size := utf8.DecodeRuneInString(p.s[at+i:])
		at += i + size
		after := strings.TrimLeft(p.s[at:to], "”’»\"'")
		next := strings.TrimLeft(after, " ")
		first, _ := utf8.DecodeRuneInString(next)
		if len(next) < len(after) && unicode.IsUpper(first) && (mark == '…' || unicode.Is(unicode.Greek, first)) && !p.inside[to-len(next)] {
			all = append(all, to-len(next))
		}
	}
	return all
}

// speakable reports whether a voice could say anything of s.
func speakable(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// halve cuts a sentence near its middle until no piece is too long.
func (p *paragraph) halve(all []piece, c piece) []piece {
	if strings.TrimSpace(p.s[c.from:c.to]) == "" {
		return all
	}
	if utf8.RuneCountInString(p.s[c.from:c.to]) <= longestSentence {
		return append(all, c)
	}
	cut := c.from + middle(p.s[c.from:c.to], p.inside[c.from:])
	return p.halve(p.halve(all, piece{c.from, cut}), piece{cut, c.to})
}

// middle returns the byte where a long sentence is best cut: after the clause
// mark nearest the middle, when one lies in the middle half; else after the
// space nearest; else between the two characters nearest.
func middle(s string, inside []bool) int {
	best := [3]int{} // by clause mark, by space, by character
	clause := false
	state, at, rest := -1, 0, s
	for len(rest) > 0 {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		space := strings.TrimSpace(cluster) == ""
		switch {
		case at < len(s)/4 || at > len(s)*3/4 || inside[cutAt(at, cluster, space)]:
		case clause && (space || wide(cluster) || wide(before(s, at-len(cluster)))):
			best[0] = nearer(best[0], cutAt(at, cluster, space), len(s))
		case space:
			best[1] = nearer(best[1], at, len(s))
		default:
			best[2] = nearer(best[2], at, len(s))
		}
		clause = IsClauseMark(cluster)
	}
	for _, cut := range best {
		if cut > 0 {
			return cut
		}
	}
	cut := len(s) / 2 // within one character of hundreds of marks
	for cut > 1 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return cut
}

func cutAt(at int, cluster string, space bool) int {
	if space {
		return at
	}
	return at - len(cluster)
}

func before(s string, at int) string {
	_, size := utf8.DecodeLastRuneInString(s[:at])
	return s[at-size : at]
}

func nearer(old, cut, length int) int {
	if old == 0 || abs(2*cut-length) < abs(2*old-length) {
		return cut
	}
	return old
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// wide reports whether s is written without spaces between words.
func wide(s string) bool { return uniseg.StringWidth(s) > 1 }

const clauseMarks = ",;:—–…،؛、，；：।।״"

// IsClauseMark reports whether s is a mark at which a sentence may be cut.
func IsClauseMark(s string) bool { return s != "" && strings.ContainsAny(s, clauseMarks) }

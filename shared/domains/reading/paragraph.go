package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

// paragraph is one with what was found in it.
type paragraph struct {
	text
	units  []unit
	inside []bool // by byte: a sentence or a piece must not begin there
}

// piece is a part of a paragraph that is read in one go.
type piece struct{ from, to int }

// read finds the paragraphs of a text and what is in each.
func read(s string, l language.Language) []*paragraph {
	var all []*paragraph
	foreign := foreignTo(l)
	for _, block := range blocks(s) {
		p := &paragraph{text: text{s: block, tokens: tokens(block), reader: readerOf(l), cited: citations()[l]}, inside: make([]bool, len(block)+1)}
		if p.cited != nil {
			p.tokens = p.cited.cut(p.tokens)
		}
		p.units = p.text.units(foreign)
		for _, u := range p.units {
			for at := u.from + 1; at < u.to; at++ {
				p.inside[at] = true
			}
			if u.to < len(block) && strings.HasSuffix(block[u.from:u.to], ".") && !u.ends {
				p.inside[u.to] = true
				for at := u.to; at < len(block) && (block[at] == ' ' || strings.HasPrefix(block[at:], "\u00a0")); at++ {
					p.inside[at+1] = true
				}
			}
		}
		all = append(all, p)
	}
	return all
}

// unitsIn calls f for each unit of a piece, in order.
func (p *paragraph) unitsIn(c piece, f func(unit)) {
	low, high := 0, len(p.units)
	for low < high {
		if middle := (low + high) / 2; p.units[middle].to <= c.from {
			low = middle + 1
		} else {
			high = middle
		}
	}
	for _, u := range p.units[low:] {
		if u.from >= c.to {
			return
		}
		if u.from >= c.from && u.to <= c.to { // one of thousands of characters is cut, and is no unit
			f(u)
		}
	}
}

// shown is a piece with its units kept from breaking.
func (p *paragraph) shown(c piece) string {
	var b strings.Builder
	at := c.from
	p.unitsIn(c, func(u unit) {
		if !u.whole || u.from < at {
			return
		}
		b.WriteString(p.s[at:u.from])
		b.WriteString(unbroken.Replace(u.tied(p.s[u.from:u.to])))
		at = u.to
	})
	b.WriteString(p.s[at:c.to])
	return strings.TrimSpace(b.String())
}

// tied joins the letters of a unit where a line might break between any two.
func (u unit) tied(s string) string {
	if !u.joined {
		return s
	}
	var b strings.Builder
	before := ' '
	for _, c := range strings.ReplaceAll(s, "\u2060", "") {
		if (before >= 0x80 || c >= 0x80) && !unicode.IsSpace(before) && !unicode.IsSpace(c) {
			b.WriteRune('\u2060')
		}
		b.WriteRune(c)
		before = c
	}
	return b.String()
}

// unbroken takes the places out at which a line might break (UAX #14).
var unbroken = strings.NewReplacer(" ", "\u00a0", "–\u2060", "–\u2060", "–", "–\u2060", "—\u2060", "—\u2060", "—", "—\u2060")

// spoken is what a voice says of a piece.
func (p *paragraph) spoken(c piece) string {
	var b strings.Builder
	at := c.from
	p.unitsIn(c, func(u unit) {
		if u.from < at {
			return
		}
		b.WriteString(p.s[at:u.from])
		b.WriteString(p.said(u))
		at = u.to
	})
	b.WriteString(p.s[at:c.to])
	said := polish(b.String(), p.reader)
	if !speakable(said) {
		return ""
	}
	return said
}

// said is a unit among its neighbours: a word for a sign or for figures needs spaces,
// as in n°5 and Dr.Ruiz.
func (p *paragraph) said(u unit) string {
	if u.foreign || u.spoken == "" {
		return " "
	}
	said := u.spoken
	before, _ := utf8.DecodeLastRuneInString(p.s[:u.from])
	first, _ := utf8.DecodeRuneInString(said)
	if strings.ContainsRune("/=<>&+%", before) || p.reader != nil && word(before) && word(first) {
		said = " " + said
	}
	after, _ := utf8.DecodeRuneInString(p.s[u.to:])
	last, _ := utf8.DecodeLastRuneInString(said)
	if p.reader != nil && word(last) && word(after) {
		said += " "
	}
	return said
}

// unspoken are the words of a piece in a script that the voice does not read,
// those beside each other as one.
func (p *paragraph) unspoken(c piece) []string {
	var all []string
	from, to := -1, -1
	flush := func() {
		if from >= 0 {
			all = append(all, p.s[from:to])
		}
	}
	p.unitsIn(c, func(u unit) {
		switch {
		case !u.foreign:
		case from >= 0 && !speakable(p.s[to:u.from]):
			to = u.to
		default:
			flush()
			from, to = u.from, u.to
		}
	})
	flush()
	return all
}

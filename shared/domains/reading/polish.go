package reading

import (
	"strings"
	"unicode"
)

// polish makes of a piece what an engine reads well: quotation marks and
// brackets go, dashes and brackets become the pauses that they are, signs become
// words where a reader says them. One pass.
func polish(s string, r *reader) string {
	p := polisher{reader: r, in: []rune(s)}
	for p.at = 0; p.at < len(p.in); p.at++ {
		p.next(p.in[p.at])
	}
	return p.end()
}

type polisher struct {
	reader *reader
	in     []rune
	at     int
	out    []rune
	space  bool
	pause  bool // a comma is to come, unless another mark does
}

func (p *polisher) peek(by int) rune {
	if at := p.at + by; at >= 0 && at < len(p.in) {
		return p.in[at]
	}
	return 0
}

func (p *polisher) next(c rune) {
	switch {
	case unicode.IsSpace(c):
		p.space = true
	case strings.ContainsRune("|/~•·", c) && unicode.IsSpace(p.peek(-1)) && unicode.IsSpace(p.peek(1)), decorates(c):
		p.pause = true // a line of a poem, a row of thoughts
	case strings.ContainsRune("“”„‟«»‹›\"‘‚*_~^|`#\\•·†‡§¶©®™℠\ufe0f\u200e\u200f\u2060", c):
		p.space = p.space || strings.ContainsRune("#|\\*_~^¶§©", c)
	case c == '\'' || c == '’' || c == '´':
		if unicode.IsLetter(p.peek(-1)) && unicode.IsLetter(p.peek(1)) {
			p.put('\'')
		} else if digit(p.peek(-1)) {
			p.space = true
		}
	case strings.ContainsRune("()[]{}—―", c), c == '–' && !digit(p.peek(1)):
		p.pause = true
	case c == '-' || c == '‑' || c == '–':
		p.hyphen()
	case c == '…' || c == '.' && p.peek(1) == '.':
		for p.peek(1) == '.' || p.peek(1) == '…' {
			p.at++
		}
		p.ellipsis()
	case strings.ContainsRune("&+=<>/@", c):
		p.sign(c)
	case strings.ContainsRune(",;:.!?", c):
		p.mark(c)
	case p.reader != nil && unicode.In(c, unicode.So, unicode.Sm, unicode.Sk):
		p.space = true // what is left has no words of ours
	default:
		p.put(c)
	}
}

// put adds a letter, with the pause or space that was due.
func (p *polisher) put(c rune) {
	if len(p.out) > 0 {
		last := p.out[len(p.out)-1]
		switch {
		case p.pause && !unicode.IsPunct(last):
			p.out = append(p.out, ',', ' ')
		case p.pause || p.space:
			p.out = append(p.out, ' ')
		}
	}
	p.pause, p.space = false, false
	p.out = append(p.out, c)
}

// mark adds one of the marks of a sentence; of several the strongest stays.
func (p *polisher) mark(c rune) {
	p.pause, p.space = false, false
	if len(p.out) == 0 {
		return
	}
	last := p.out[len(p.out)-1]
	switch {
	case !strings.ContainsRune(",;:.!?", last):
		p.out = append(p.out, c)
	case c == last, c == ',', c == '!' && last == '?', c == '.' && last != ',' && last != ';' && last != ':':
	default:
		p.out[len(p.out)-1] = c
	}
}

func (p *polisher) hyphen() {
	before, after := p.peek(-1), p.peek(1)
	switch {
	case word(before) && word(after):
		p.put('-')
	case digit(after) && !word(before) && p.reader == nil:
		p.put('-')
	case after == '-' || before == '-' || unicode.IsSpace(before) && unicode.IsSpace(after):
		p.pause = true
	default:
		p.space = true
	}
}

func (p *polisher) ellipsis() {
	for at := p.at + 1; at < len(p.in); at++ {
		if word(p.in[at]) {
			p.pause = true
			return
		}
		if strings.ContainsRune("!?", p.in[at]) {
			return
		}
	}
	p.mark('.')
}

// sign says a sign between two words or numbers.
func (p *polisher) sign(c rune) {
	said := ""
	if p.reader != nil {
		w := p.reader.words
		switch c {
		case '&':
			said = w.ampersand
		case '+':
			said = w.plus
		case '=':
			said = w.equals
		case '@':
			said = w.at
		case '<':
			said = w.less
		case '>':
			said = w.more
		}
	}
	if said == "" || !p.between() {
		p.space = true
		return
	}
	p.space = true
	for _, c := range said {
		if c == ' ' {
			p.space = true
			continue
		}
		p.put(c)
	}
	p.space = true
}

// between reports whether the sign stands between two words, spaces on both
// sides or on none: x<y and 3 < 5, and neither <b> nor <<peace>>.
func (p *polisher) between() bool {
	before, after := p.peek(-1), p.peek(1)
	if unicode.IsSpace(before) && unicode.IsSpace(after) {
		return word(p.peek(-2)) && word(p.peek(2))
	}
	if !word(before) || !word(after) {
		return false
	}
	for at := 2; at < 24 && p.peek(at) != 0; at++ {
		if p.peek(at) == '>' || p.peek(at) == '<' {
			return false
		}
	}
	for at := -2; at > -24 && p.peek(at) != 0 && p.peek(at) != '>'; at-- {
		if p.peek(at) == '<' {
			return false
		}
	}
	return true
}

// end closes a sentence as it is spoken: a voice falls at a stop.
func (p *polisher) end() string {
	if n := len(p.out); n > 0 && p.reader != nil && word(p.out[n-1]) {
		p.out = append(p.out, '.')
	}
	return string(p.out)
}

// decorates reports whether c is an arrow, a shape or a star: nothing that is said, and a
// rest for who reads.
func decorates(c rune) bool {
	return c >= 0x2190 && c <= 0x21ff || c >= 0x2500 && c <= 0x27bf || c >= 0x2900 && c <= 0x297f || c >= 0x2b00 && c <= 0x2bff || c == '⁂' || c == '※'
}

func word(r rune) bool  { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
func digit(r rune) bool { return unicode.IsDigit(r) }

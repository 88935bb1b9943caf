// Package plaintext owns which text the product accepts from people: every
// script and emoji, nothing that only a machine would read. It knows nothing of
// fields or projects.
package plaintext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Rule is what one field allows, in Unicode code points after normalising.
type Rule struct {
	Min, Max int  // code points, both included
	Lines    bool // line breaks are allowed
}

// Check normalises s (NFC, surrounding space off, one kind of line break, other
// white space as a space) and says what is wrong with it in words that follow a
// field's name; "" is fine. Marks of any notation stay: they are text.
func (r Rule) Check(s string) (clean, wrong string) {
	clean = strings.TrimSpace(norm.NFC.String(r.spaced(s)))
	for _, c := range clean {
		if wrong := r.refuse(c); wrong != "" {
			return clean, wrong
		}
	}
	n := utf8.RuneCountInString(clean)
	switch {
	case n < r.Min && n == 0:
		return clean, "must not be empty"
	case n < r.Min:
		return clean, fmt.Sprintf("must have at least %d characters", r.Min)
	case n > r.Max:
		return clean, fmt.Sprintf("must have at most %d characters, has %d", r.Max, n)
	}
	return clean, ""
}

// Pattern is what Check looks for as far as a pattern that every language reads
// alike can say it: no control character but white space, and something that is
// no space where Min asks for it.
func (r Rule) Pattern() string {
	controls := `\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f`
	if !r.Lines {
		controls = `\x00-\x08\x0a\x0d-\x1f\x7f-\x84\x86-\x9f`
	}
	rest := `[^` + controls + `]*$`
	if r.Min == 0 {
		return `^` + rest
	}
	return `^[\s\x0b\x85]*[^\s\x0b\x85` + controls + `]` + rest
}

// spaced gives s one kind of line break and one kind of control character that
// is a space. A single line takes the rarer breaks, which come by pasting, as
// spaces; a line break proper is left for refuse.
func (r Rule) spaced(s string) string {
	if r.Lines {
		return manyLines.Replace(s)
	}
	return oneLine.Replace(s)
}

var (
	manyLines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n\n", "\u2028", "\n", "\u2029", "\n\n", "\t", " ")
	oneLine   = strings.NewReplacer("\r", "\n", "\u0085", " ", "\v", " ", "\f", " ", "\u2028", " ", "\u2029", " ", "\t", " ")
)

func (r Rule) refuse(c rune) string {
	switch {
	case c == '\n' && r.Lines:
		return ""
	case c == '\n':
		return "must be a single line"
	case unicode.Is(unicode.Cc, c):
		return fmt.Sprintf("must not hold the control character U+%04X", c)
	case c == utf8.RuneError:
		return "holds text that was damaged on its way (U+FFFD)"
	case unicode.Is(unicode.Bidi_Control, c) && c != 0x200E && c != 0x200F && c != 0x061C:
		return fmt.Sprintf("must not override the direction of text (U+%04X)", c)
	case unicode.Is(unicode.Co, c):
		return fmt.Sprintf("must not hold the private-use character U+%04X", c)
	case !assigned(c):
		return fmt.Sprintf("must not hold U+%04X, which is no character", c)
	}
	return ""
}

// assigned reports whether Unicode gives c a meaning. Blocks set aside for
// pictographs count as assigned: emoji are younger than any table built in.
func assigned(c rune) bool {
	if c&0xFFFE == 0xFFFE {
		return false
	}
	if c >= 0x1F000 && c <= 0x1FAFF {
		return true
	}
	return unicode.In(c, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf)
}

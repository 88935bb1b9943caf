package script

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Atoms are the pieces of a text between which a line may break, trailing spaces
// included: by the rules of Unicode (UAX #14), and beside them
//   - not inside a Korean word;
//   - a Thai sentence between its words;
//   - no mark stands at a line's wrong end: a dash, a closing mark or a lone
//     sign stays with what is before it, an opening one with what follows.
func Atoms(text string) []string {
	text = collapse(text)
	var all []string
	state := -1
	for len(text) > 0 {
		var atom string
		atom, text, _, state = uniseg.FirstLineSegmentInString(text, state)
		for i, piece := range words(atom) {
			if n := len(all); n > 0 && (i > 0 && closes(piece) || i == 0 && together(all[n-1], piece)) {
				all[n-1] += piece
				continue
			}
			all = append(all, piece)
		}
	}
	return all
}

// words cuts a piece where a Thai word ends within it.
func words(piece string) []string {
	if !strings.ContainsFunc(piece, isThai) {
		return []string{piece}
	}
	var all []string
	for rest := piece; rest != ""; {
		from := strings.IndexFunc(rest, isThai)
		if from < 0 {
			return glue(all, rest)
		}
		all, rest = glue(all, rest[:from]), rest[from:]
		to := strings.IndexFunc(rest, func(r rune) bool { return !isThai(r) })
		if to < 0 {
			to = len(rest)
		}
		thai := thaiPieces(rest[:to])
		all = append(glue(all, thai[0]), thai[1:]...)
		rest = rest[to:]
	}
	return all
}

// glue adds what is no place for a break to the last piece.
func glue(all []string, more string) []string {
	if n := len(all); n > 0 {
		all[n-1] += more
		return all
	}
	if more == "" {
		return all
	}
	return append(all, more)
}

func isThai(r rune) bool { return r >= 0x0E01 && r <= 0x0E4E }

// collapse turns each run of white space into one space, but for those that hold
// a line together.
func collapse(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f'
	}), " ")
}

// together reports whether the rules of Unicode would break a line between two
// pieces where a reader would not.
func together(before, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeLastRuneInString(before)
	if !unicode.IsSpace(last) {
		if unicode.Is(unicode.Pd, last) { // a range of verses or years is one
			ahead, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(before, string(last)))
			return unicode.IsDigit(ahead) && unicode.IsDigit(next)
		}
		return Of(last) == Hangul || Of(next) == Hangul
	}
	if unicode.Is(unicode.Pd, next) && strings.ContainsAny(lastOf(before), ".!?…") {
		return false // a dash that begins what somebody says
	}
	return opens(before) || closes(after)
}

// lastOf is the last character that is seen.
func lastOf(piece string) string {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(piece))
	return string(last)
}

// opens reports whether a piece is nothing but opening marks, or a dash that
// belonged to nothing before it.
func opens(piece string) bool {
	for _, r := range strings.TrimSpace(piece) {
		if !unicode.In(r, unicode.Ps, unicode.Pi, unicode.Pd) && r != '¿' && r != '¡' {
			return false
		}
	}
	return true
}

// closes reports whether a piece has neither letter nor digit and does not open
// something: a lone dash, mark or sign.
func closes(piece string) bool {
	for _, r := range piece {
		if unicode.In(r, unicode.L, unicode.N, unicode.Ps, unicode.Pi) {
			return false
		}
	}
	return true
}

package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// longestSentence is how many code points are read aloud in one go. Longer
// run-ons are split, so that captions stay in step with the voice.
const longestSentence = 300

// shortForms end in a full stop without ending a sentence; lower case, without
// the stop. Names of books of the Bible are among them.
var shortForms = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "st": true, "sts": true, "rev": true, "fr": true, "sr": true, "jr": true,
	"prof": true, "vs": true, "v": true, "vv": true, "cf": true, "ch": true, "e.g": true, "i.e": true, "etc": false,
	"ps": true, "gen": true, "ex": true, "lev": true, "num": true, "deut": true, "isa": true, "jer": true, "matt": true,
	"rom": true, "cor": true, "gal": true, "eph": true, "phil": true, "col": true, "heb": true, "sra": true, "sto": true,
}

// SplitSentences cuts text into the pieces that are read aloud one by one:
// sentences by the rules of Unicode (UAX #29) for every script, except that an
// abbreviation or an initial does not end one; a run-on of more than 300 code
// points is cut at a clause mark near its middle, else at a space, else between
// two characters. Lines are joined; a blank line ends a sentence. Every visible
// character of text is in exactly one piece, in order. Text without a visible
// character gives none.
func SplitSentences(text string) []string {
	var all []string
	for _, paragraph := range paragraphs(text) {
		for _, sentence := range mergeShortForms(rawSentences(paragraph)) {
			all = append(all, halve(sentence)...)
		}
	}
	return all
}

// paragraphs splits at blank lines and turns every other run of white space
// and control characters into one space.
func paragraphs(text string) []string {
	var all []string
	var words []string
	flush := func() {
		if len(words) > 0 {
			all = append(all, strings.Join(words, " "))
			words = nil
		}
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2029", "\n\n", "\u2028", "\n").Replace(text)
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
		if len(fields) == 0 {
			flush()
		}
		words = append(words, fields...)
	}
	flush()
	return all
}

func rawSentences(paragraph string) []string {
	var all []string
	state := -1
	for len(paragraph) > 0 {
		var sentence string
		sentence, paragraph, state = uniseg.FirstSentenceInString(paragraph, state)
		sentence = strings.TrimSpace(sentence)
		switch {
		case sentence == "":
		case len(all) > 0 && !speakable(sentence): // a stray quotation mark or dash stays with what it follows
			all[len(all)-1] += " " + sentence
		default:
			all = append(all, sentence)
		}
	}
	return all
}

// speakable reports whether a voice could say anything of s.
func speakable(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// mergeShortForms undoes the cuts after "Mr.", "C." and "12.".
func mergeShortForms(pieces []string) []string {
	var all []string
	for _, piece := range pieces {
		if n := len(all); n > 0 && endsInShortForm(all[n-1]) {
			all[n-1] += " " + piece
			continue
		}
		all = append(all, piece)
	}
	return all
}

func endsInShortForm(s string) bool {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	word = strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	word, stopped := strings.CutSuffix(word, ".")
	if !stopped || word == "" {
		return false
	}
	if shortForms[strings.ToLower(word)] {
		return true
	}
	first, size := utf8.DecodeRuneInString(word)
	if size == len(word) && unicode.IsLetter(first) {
		return unicode.IsUpper(first) && first != 'I' // "So am I." is a sentence
	}
	number := !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsDigit(r) })
	return number && word == strings.TrimSuffix(s, ".") // a verse number that stands alone
}

// halve cuts a sentence near its middle until no piece is too long.
func halve(s string) []string {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	if utf8.RuneCountInString(s) <= longestSentence {
		return []string{s}
	}
	cut := middle(s)
	return append(halve(s[:cut]), halve(s[cut:])...)
}

// middle returns the byte where a long sentence is best cut: after the clause
// mark nearest the middle, when one lies in the middle half; else after the
// space nearest; else between the two characters nearest.
func middle(s string) int {
	best := [3]int{} // by clause mark, by space, by character
	clause := false
	state, at, rest := -1, 0, s
	for len(rest) > 0 {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		space := strings.TrimSpace(cluster) == ""
		switch {
		case at < len(s)/4 || at > len(s)*3/4:
		case clause && (space || wide(cluster) || wide(before(s, at-len(cluster)))):
			best[0] = nearer(best[0], cutAt(at, cluster, space), len(s))
		case space:
			best[1] = nearer(best[1], at, len(s))
		default:
			best[2] = nearer(best[2], at, len(s))
		}
		clause = isClauseMark(cluster)
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

func isClauseMark(s string) bool { return s != "" && strings.ContainsAny(s, clauseMarks) }

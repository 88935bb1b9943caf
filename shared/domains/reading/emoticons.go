package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// emoticons are faces and hearts made of marks, the longest first of those that begin
// alike. They are shown as they are written, and not said.
var emoticons = [...]string{
	"</3", "<33", "<3", ":'-(", ":'(", ":'-)", ":')", ":-))", ":))", ":-)", ":)", ";-)", ";)", ":-(", ":(", ":-D", ":D", ";D", ":-P", ":P", ":-p", ":p", ":-/", ":-|", ":-O", ":-o",
	":-*", ":*", "=)", "=(", "=D", "XD", "xD", "^_^", "^^", "-_-",
}

// emoticonAt reads one that stands by itself. A number before <3 makes a comparison of
// it, and one before : a time.
func emoticonAt(t *text, i int) (unit, int) {
	start := t.tok(i).at
	rest := t.s[start:]
	if strings.IndexByte(":;=<Xx^-", rest[0]) < 0 {
		return unit{}, 0
	}
	for _, face := range emoticons {
		if !strings.HasPrefix(rest, face) || !t.alone(i, start+len(face)) {
			continue
		}
		if strings.HasPrefix(face, "<") && t.compared(i, start+len(face)) {
			continue
		}
		next := i
		for t.tok(next).text != "" && t.tok(next).at < start+len(face) {
			next++
		}
		return unit{whole: true}, next
	}
	return unit{}, 0
}

// compared reports whether what stands before < at token i is compared with what ends at
// a byte: a number, or the letter of an unknown where a word goes on, "if x <3 then".
func (t *text) compared(i, end int) bool {
	before := t.tok(t.before(i))
	if before.kind == numberToken {
		return true
	}
	rest := strings.TrimLeft(t.s[end:], " \u00a0")
	next, _ := utf8.DecodeRuneInString(rest)
	variable := len(before.text) == 1 && strings.Contains("nxyz", before.text)
	if before.text == "y" && t.reader == readerOf("es") {
		variable = false // and
	}
	return variable && unicode.IsLower(next)
}

// alone reports whether what is between token i and a byte has no letter or figure
// beside it.
func (t *text) alone(i, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(t.s[:t.tok(i).at])
	after, _ := utf8.DecodeRuneInString(t.s[end:])
	return (t.tok(i).at == 0 || unicode.IsSpace(before) || strings.ContainsRune(".,!?…)”\"", before)) &&
		(end == len(t.s) || unicode.IsSpace(after) || strings.ContainsRune(".,!?…)”\"", after))
}

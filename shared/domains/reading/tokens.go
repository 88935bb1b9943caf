package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a run of letters, of digits or of spaces, or one mark.
type token struct {
	text string
	kind tokenKind
	at   int // byte in its paragraph
}

type tokenKind int

const (
	markToken tokenKind = iota
	wordToken
	numberToken
	spaceToken
)

func (t token) end() int { return t.at + len(t.text) }

// tokens cuts a paragraph, each byte into one token.
func tokens(s string) []token {
	var all []token
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		kind := kindOf(r)
		n := size
		for kind != markToken && i+n < len(s) {
			r, size := utf8.DecodeRuneInString(s[i+n:])
			if kindOf(r) != kind && (kind != wordToken || !insideWord(r, s[i+n+size:])) {
				break
			}
			n += size
		}
		all = append(all, token{s[i : i+n], kind, i})
		i += n
	}
	return all
}

func kindOf(r rune) tokenKind {
	switch {
	case r >= '0' && r <= '9':
		return numberToken
	case unicode.IsLetter(r), unicode.IsMark(r), r == '\u200c', r == '\u200d':
		return wordToken
	case r == ' ' || r == '\u00a0':
		return spaceToken
	}
	return markToken
}

// insideWord reports whether r joins letters: God's, l’amour.
func insideWord(r rune, rest string) bool {
	if r != '\'' && r != '’' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(next)
}

// text is a paragraph with its tokens and the tongue that reads it, if it is one
// of ours.
type text struct {
	s      string
	tokens []token
	reader *reader
	cited  *cited // of a language that is none, but whose books we know
}

func (t *text) tok(i int) token {
	if i < 0 || i >= len(t.tokens) {
		return token{at: len(t.s)}
	}
	return t.tokens[i]
}

// is reports whether token i is exactly s.
func (t *text) is(i int, s string) bool { return t.tok(i).text == s }

// word is token i in small letters without accents; "" when it is no word.
func (t *text) word(i int) string {
	if tok := t.tok(i); tok.kind == wordToken && len(tok.text) < 40 {
		return fold(tok.text)
	}
	return ""
}

// number is the value of token i of at most so many digits; -1 when it is none.
func (t *text) number(i, digits int) int {
	tok := t.tok(i)
	if tok.kind != numberToken || utf8.RuneCountInString(tok.text) > digits {
		return -1
	}
	n := 0
	for _, c := range tok.text {
		n = n*10 + digitOf(c)
	}
	return n
}

// digitOf is the value of a digit: each script has its ten in a row.
func digitOf(c rune) int {
	for _, zero := range "0٠۰०০๐０" {
		if c >= zero && c <= zero+9 {
			return int(c - zero)
		}
	}
	return 0
}

// skip is the index after a space at i.
func (t *text) skip(i int) int {
	if t.tok(i).kind == spaceToken {
		return i + 1
	}
	return i
}

func (t *text) capital(i int) bool {
	r, _ := utf8.DecodeRuneInString(t.tok(i).text)
	return unicode.IsUpper(r)
}

// before is the index of the last token before i that is no space.
func (t *text) before(i int) int {
	i--
	if t.tok(i).kind == spaceToken {
		i--
	}
	return i
}

var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ç", "c", "ñ", "n", "œ", "oe", "ß", "ss",
)

// fold is s in small letters without accents.
func fold(s string) string {
	if s = strings.ToLower(s); s == "jó" {
		return "jo_" // Job in Portuguese, where Jo is John
	}
	return accents.Replace(s)
}

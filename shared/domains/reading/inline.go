package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline takes out of a paragraph the marks of Markdown that stand within lines:
// emphasis, code, links, footnote marks, escapes; and emoji, whole.
func inline(s string) string {
	s = withoutEmoji(s)
	s = links(s)
	s = emphasis(s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	return strings.TrimSpace(s)
}

// links replaces [text](address) by its text and takes out images, the marks of
// footnotes and the brackets of addresses; one pass, and no search goes further
// than a link may be long.
func links(s string) string {
	if !strings.ContainsAny(s, "[<&†‡¹²³⁴⁵⁶⁷⁸⁹⁰") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\[]<&^", s[i+1]) >= 0 && s[i+1] != '\\':
			b.WriteString(s[i : i+2])
			i += 2
			continue
		case s[i] == '^' && strings.HasPrefix(s[i+1:], "["):
			if n := noteWithin(s[i+1:]); n > 0 {
				i += n + 1
				continue
			}
		case s[i] == '[' || s[i] == '!' && strings.HasPrefix(s[i+1:], "["):
			if text, n := link(s[i:]); n > 0 {
				b.WriteString(text)
				i += n
				continue
			}
		case s[i] == '<':
			if n := address(s[i+1:]); n > 0 && strings.HasPrefix(s[i+1+n:], ">") {
				b.WriteString(s[i+1 : i+1+n])
				i += n + 2
				continue
			}
		case s[i] == '&':
			if text, n := entity(s[i:]); n > 0 {
				b.WriteString(text)
				i += n
				continue
			}
		case s[i] >= utf8.RuneSelf:
			if n := noteMark(s, i); n > 0 {
				i += n
				continue
			}
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// longestNote is how far the end of a note within a text is looked for.
const longestNote = 1000

// noteWithin is the length of the brackets of a note that stands where it is meant:
// ^[See the preface]; 0 when they do not close.
func noteWithin(s string) int {
	open := 0
	for i := range min(len(s), longestNote) {
		switch s[i] {
		case '[':
			open++
		case ']':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// longestLink is how far the end of a link's text is looked for.
const longestLink = 300

// link reads a link, an image, a footnote's mark or the number of a verse in
// brackets at the start of s: what is shown of it, and its length; 0 when it is
// none.
func link(s string) (text string, n int) {
	image := s[0] == '!'
	body := strings.TrimPrefix(s, "!")
	end := strings.IndexByte(body[:min(len(body), longestLink)], ']')
	if end < 0 {
		return "", 0
	}
	text, after := body[1:end], body[end+1:]
	n = len(s) - len(after)
	if strings.HasPrefix(text, "^") || len(text) <= 3 && text != "" && strings.Trim(text, "0123456789") == "" && !strings.HasPrefix(after, "(") {
		return "", n
	}
	switch {
	case strings.HasPrefix(after, "("):
		close := strings.IndexByte(after[:min(len(after), 600)], ')')
		if close < 0 || !target(after[1:close]) {
			return "", 0
		}
		n += close + 1
	case strings.HasPrefix(after, "[") && !image:
		close := strings.IndexByte(after[:min(len(after), 80)], ']')
		if close < 0 {
			return "", 0
		}
		n += close + 1
	default:
		return "", 0
	}
	if image {
		return "", n
	}
	return text, n
}

// target reports whether s is what a link leads to.
func target(s string) bool {
	s = strings.Trim(s, "<> ")
	first, _, _ := strings.Cut(s, " ")
	return address(first) > 0 || strings.HasPrefix(first, "/") || strings.HasPrefix(first, "#") || strings.HasPrefix(first, ".") || strings.ContainsAny(first, "/.")
}

var entities = map[string]string{
	"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "#39": "'", "nbsp": " ", "ndash": "–", "mdash": "—", "hellip": "…",
	"lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«", "raquo": "»", "shy": "",
}

func entity(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 9)], ';')
	if end < 2 {
		return "", 0
	}
	text, ok := entities[s[1:end]]
	if !ok {
		return "", 0
	}
	return text, end + 1
}

// noteMark is the length of a footnote's mark at byte i: a dagger at the end of
// a word, or raised digits that are no power.
func noteMark(s string, i int) int {
	r, n := utf8.DecodeRuneInString(s[i:])
	before := s[:i]
	switch {
	case r == '†' || r == '‡':
		if next, _ := utf8.DecodeRuneInString(s[i+n:]); i > 0 && !strings.ContainsRune(" (", lastRune(before)) && !unicode.IsDigit(next) {
			return n
		}
		return 0
	case !raised(r):
		return 0
	}
	for {
		r, size := utf8.DecodeRuneInString(s[i+n:])
		if !raised(r) {
			break
		}
		n += size
	}
	if power(before, r, s[i+n:]) {
		return 0 // km², x², 10³
	}
	if strings.HasPrefix(s[i+n:], " ") && (i == 0 || s[i-1] == ' ') {
		n++
	}
	return n
}

// power reports whether a raised digit between before and after is one: of a measure, of
// a letter that is no word, of ten, or in a sum.
func power(before string, r rune, after string) bool {
	from := len(before)
	for from > 0 && len(before)-from < 3 && (before[from-1] >= '0' && before[from-1] <= '9' || before[from-1]|0x20 >= 'a' && before[from-1]|0x20 <= 'z') {
		from--
	}
	if last := lastRune(before[:from]); r == '¹' || last >= utf8.RuneSelf && unicode.IsLetter(last) {
		return false
	}
	switch base := before[from:]; base {
	case "km", "cm", "mm", "dm", "mc", "10":
		return true
	default:
		after = strings.TrimPrefix(after, " ")
		return len(base) == 1 && base[0] > '9' && !strings.Contains("aeiouyAEIOUY", base) || base != "" && base[len(base)-1] <= '9' && after != "" && strings.ContainsAny(after[:1], "=+")
	}
}

func raised(r rune) bool {
	return r == '¹' || r == '²' || r == '³' || r == '⁰' || r >= '⁴' && r <= '⁹'
}

// run is a row of one mark of emphasis.
type run struct {
	at, n int
	mark  byte
}

// emphasis takes out pairs of * _ ~~ and `, and the backslash of an escape. A
// mark without its partner is text. Each run is pushed and popped once.
func emphasis(s string) string {
	if !strings.ContainsAny(s, "*_~`\\") {
		return s
	}
	drop := make([]bool, len(s))
	open := map[byte][]run{}
	for i := 0; i < len(s); {
		c := s[i]
		if c == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]<>()#+-.!|~&\"'", s[i+1]) >= 0 {
			drop[i] = true
			i += 2
			continue
		}
		if c == '\\' && i+1 == len(s) || c == '\\' && s[i+1] == ' ' {
			drop[i] = true // a line's end that was to stay
		}
		if strings.IndexByte("*_~`", c) < 0 {
			i++
			continue
		}
		n := 1
		for i+n < len(s) && s[i+n] == c {
			n++
		}
		if c != '~' || n == 2 {
			pair(s, run{i, n, c}, open, drop)
		}
		i += n
	}
	var b strings.Builder
	for i := range len(s) {
		if !drop[i] {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// pair closes what is open with r, or opens with it.
func pair(s string, r run, open map[byte][]run, drop []bool) {
	before, _ := utf8.DecodeLastRuneInString(s[:r.at])
	after, _ := utf8.DecodeRuneInString(s[r.at+r.n:])
	blank := func(c rune) bool { return c == utf8.RuneError || unicode.IsSpace(c) }
	word := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	opens, closes := !blank(after), !blank(before)
	if r.mark == '_' && word(before) && word(after) || r.mark != '_' && unicode.IsDigit(before) && unicode.IsDigit(after) {
		return
	}
	if r.mark == '_' {
		opens, closes = opens && !word(before), closes && !word(after)
	}
	stack := open[r.mark]
	for closes && r.n > 0 && len(stack) > 0 {
		top := &stack[len(stack)-1]
		n := min(top.n, r.n)
		for i := range n {
			drop[top.at+top.n-1-i], drop[r.at+i] = true, true
		}
		top.n -= n
		r.at, r.n = r.at+n, r.n-n
		if top.n == 0 {
			stack = stack[:len(stack)-1]
		}
	}
	if opens && r.n > 0 {
		stack = append(stack, r)
	}
	open[r.mark] = stack
}

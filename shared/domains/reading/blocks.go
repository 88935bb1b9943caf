package reading

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// blocks reads the marks of Markdown that stand at the start of lines, and
// gives the paragraphs of a text without them: headings, items, verses that are
// numbered and quotations are paragraphs of their own, footnotes and the
// addresses of links are left out. It looks at each line once.
func blocks(text string) []string {
	var all, words []string
	flush := func() {
		if p := strings.Join(words, " "); p != "" {
			if p = inline(p); p != "" {
				all = append(all, p)
			}
		}
		words = nil
	}
	note, verse := false, 0
	text = lineEnds.Replace(text)
	numbers := lineNumbers(text)
	for line := range strings.SplitSeq(text, "\n") {
		indented := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
		line = squeeze(line)
		if note && indented && line != "" {
			continue // a footnote goes on
		}
		line, kind := lineOf(line)
		line = plainNumber(line)
		note = kind == noteLine
		if kind == textLine {
			if n, rest := verseNumber(line); n > 0 && (n == verse+1 || numbers[n+1] || opensVerse(line)) {
				line, verse = withoutVerses(rest, n)
			}
		}
		switch kind {
		case blankLine, noteLine:
			flush()
		case headingLine:
			flush()
			words = append(words, line)
			flush()
		case itemLine:
			flush()
			words = append(words, line)
		default:
			words = append(words, line)
		}
	}
	flush()
	return all
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n\n", "\u2028", "\n", "\u2029", "\n\n")

type lineKind int

const (
	textLine lineKind = iota
	blankLine
	headingLine
	itemLine
	noteLine
)

// lineOf takes the marks off the start of a line and says what they made of it.
func lineOf(line string) (string, lineKind) {
	for quotes := 0; strings.HasPrefix(line, ">") && quotes < 9; quotes++ {
		if strings.HasPrefix(line, ">>") && strings.Contains(line, "<<") {
			break // quotation marks of a typewriter
		}
		line = strings.TrimLeft(line[1:], " ")
	}
	switch {
	case line == "", onlyRule(line):
		return "", blankLine
	case strings.HasPrefix(line, "[") && definition(line):
		return "", noteLine
	case line[0] == '#':
		if rest := strings.TrimLeft(line, "#"); len(line)-len(rest) <= 6 && strings.HasPrefix(rest, " ") {
			return strings.TrimSpace(strings.TrimRight(rest, "# ")), headingLine
		}
	case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "~~~"):
		return "", blankLine
	}
	for _, mark := range []string{"- ", "* ", "+ ", "• ", "· ", "▪ ", "◦ ", "‣ "} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
				rest = strings.TrimPrefix(rest, box)
			}
			return rest, itemLine
		}
	}
	if row, ok := strings.CutPrefix(line, "|"); ok && strings.HasSuffix(row, "|") {
		return strings.TrimSpace(strings.ReplaceAll(row[:len(row)-1], " |", ",")), itemLine
	}
	if rest, ok := numberedItem(line); ok {
		return rest, itemLine
	}
	return line, textLine
}

// onlyRule reports whether a line is a rule, the underline of a heading or a
// row of a table that only parts others.
func onlyRule(line string) bool {
	if len(line) < 2 {
		return line == "-" || line == "*" || line == "#"
	}
	return strings.Trim(line, "-* ") == "" && strings.ContainsAny(line, "-*") || strings.Trim(line, "_ ") == "" ||
		strings.Trim(line, "=") == "" || strings.Trim(line, "~") == "" || strings.Trim(line, "#") == "" || line[0] == '|' && strings.Trim(line, "|-: ") == ""
}

// definition reports whether a line says what a footnote or a link stands for.
func definition(line string) bool {
	end := strings.Index(line, "]:")
	if end < 2 || end > 80 {
		return false
	}
	return line[1] == '^' || address(strings.TrimLeft(line[end+2:], " <")) > 0
}

// numberedItem reads "1. ", "2) " and "(3) " at the start of a line; "1. Mose" and
// "3. Januar" are no items.
func numberedItem(line string) (string, bool) {
	open := strings.HasPrefix(line, "(")
	rest := strings.TrimPrefix(line, "(")
	digits := 0
	for digits < len(rest) && digits < 4 && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits > 3 || digits >= len(rest) {
		return line, false
	}
	mark, after := rest[digits], rest[digits+1:]
	if mark != ')' && (mark != '.' || open) || !strings.HasPrefix(after, " ") {
		return line, false
	}
	after = strings.TrimSpace(after)
	if mark == '.' && (startsBook(line) || startsMonth(after) || !startsUpper(after)) {
		return line, false
	}
	n, _ := strconv.Atoi(rest[:digits])
	after, _ = withoutVerses(after, n)
	return after, true
}

func startsUpper(s string) bool {
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			return !unicode.IsLower(r)
		case unicode.IsDigit(r):
			return false
		}
	}
	return false
}

// plainNumber takes the emphasis off a number that begins a line: **16** For God.
func plainNumber(line string) string {
	rest := strings.TrimLeft(line, "*_")
	digits := 0
	for digits < len(rest) && digits < 4 && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	if marks := len(line) - len(rest); digits > 0 && marks > 0 && marks <= 3 && strings.HasPrefix(rest[digits:], line[:marks]) {
		return strings.TrimSpace(rest[digits+marks:])
	}
	return line
}

// lineNumbers are the numbers that lines begin with, as verses do.
func lineNumbers(text string) map[int]bool {
	all := map[int]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > 0 && line[0] >= '0' && line[0] <= '9' {
			if n, _ := verseNumber(line); n > 0 {
				all[n] = true
			}
		}
	}
	return all
}

// verseNumber reads the number of a verse, "16 For God", at the start of a line.
func verseNumber(line string) (int, string) {
	n, digits := 0, 0
	for digits < len(line) && digits < 4 && line[digits] >= '0' && line[digits] <= '9' {
		n = n*10 + int(line[digits]-'0')
		digits++
	}
	if digits == 0 || digits > 3 || n == 0 || !strings.HasPrefix(line[digits:], " ") {
		return 0, line
	}
	rest := line[digits+1:]
	if first, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(first) && !strings.ContainsRune("“\"'‘«¿¡", first) || startsBook(line) || startsMonth(rest) {
		return 0, line
	}
	return n, rest
}

// opensVerse reports whether a line that begins with a number holds the next
// number too, as verses that are pasted in one go do.
func opensVerse(line string) bool {
	n, rest := verseNumber(line)
	_, last := withoutVerses(rest, n)
	return last > n
}

// withoutVerses takes out the numbers of verses that count on from n, each after
// the end of a clause and before a capital, and says where they end.
func withoutVerses(s string, n int) (string, int) {
	var b strings.Builder
	for {
		number := " " + strconv.Itoa(n+1)
		i := strings.Index(s, number)
		for i > 0 && (!strings.ContainsRune(".,;:!?”\"’»", lastRune(s[:i])) || !startsVerse(s[i+len(number):])) {
			next := strings.Index(s[i+1:], number)
			if next < 0 {
				i = -1
				break
			}
			i += 1 + next
		}
		if i <= 0 {
			b.WriteString(s)
			return b.String(), n
		}
		b.WriteString(s[:i])
		s = strings.TrimPrefix(s[i+len(number):], ".")
		n++
	}
}

func startsVerse(after string) bool {
	rest := strings.TrimPrefix(after, ".")
	return strings.HasPrefix(rest, " ") && startsUpper(rest)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// squeeze makes each run of white space one space and drops what has no width.
func squeeze(line string) string {
	var b strings.Builder
	b.Grow(len(line))
	space := false
	for _, r := range line {
		switch {
		case r == '\u00a0' || r == '\u202f':
			if space || b.Len() == 0 {
				continue
			}
			b.WriteRune('\u00a0')
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
			continue
		case invisible(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), "\u00a0")
}

// invisible reports whether r is nothing to a reader or a line: a soft hyphen, a
// space of no width, a byte order mark.
func invisible(r rune) bool {
	switch r {
	case '\u00ad', '\u2060', '\u200b', '\ufeff', '\u2061', '\u2062', '\u2063', '\u2064', '\u180e', '\u034f':
		return true
	}
	return false
}

package paste

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/project"
)

// block is a paragraph, or a heading, of a pasted text.
type block struct {
	text    string // lines and all; of a heading without its marks
	heading bool
}

var (
	headings   = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
	boldLine   = regexp.MustCompile(`^(?:\*\*|__)([^*_]+)(?:\*\*|__)$`)
	underlines = regexp.MustCompile(`^(?:=+|-{3,})$`)
	rules      = regexp.MustCompile(`^(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,})$`)
	items      = regexp.MustCompile(`^(?:[-*+•]|\d{1,2}[.)])\s+`)
)

// blocksOf cuts a text at blank lines, headings, list items and rules; at every
// line when it has no blank one and its lines are paragraphs.
func blocksOf(text string) []block {
	lines := strings.Split(text, "\n")
	each := linesAreParagraphs(lines)
	var all []block
	var open []string
	flush := func() {
		if len(open) > 0 {
			all = append(all, block{text: strings.Join(open, "\n")})
			open = nil
		}
	}
	for _, line := range lines {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), ">"))
		heading := headings.FindStringSubmatch(line)
		if heading == nil {
			heading = boldLine.FindStringSubmatch(line)
		}
		switch {
		case heading != nil && strings.TrimSpace(heading[1]) != "":
			flush()
			all = append(all, block{text: strings.Trim(heading[1], "*_ "), heading: true})
		case underlines.MatchString(line) && len(open) == 1 && short(open[0]):
			all, open = append(all, block{text: open[0], heading: true}), nil
		case line == "", rules.MatchString(line):
			flush()
		case each, items.MatchString(line):
			flush()
			open = append(open, line)
		default:
			open = append(open, line)
		}
	}
	flush()
	return all
}

// linesAreParagraphs reports whether a text without a blank line has a paragraph
// on each line, as telephones write them, and is no verse.
func linesAreParagraphs(lines []string) bool {
	long, ended := 0, 0
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			return false
		}
		if utf8.RuneCountInString(line) > 60 {
			long++
			if endsSentence(line) {
				ended++
			}
		}
	}
	return len(lines) > 1 && long*2 >= len(lines) && ended*3 >= long*2
}

// statements end with these; questions and exclamations may be titles.
const (
	statementMarks = ".…。।።,;:，、；"
	sentenceMarks  = statementMarks + "!?！？؟"
)

func endsSentence(line string) bool  { return endsWith(line, sentenceMarks) }
func endsStatement(line string) bool { return endsWith(line, statementMarks) }

func endsWith(line, marks string) bool {
	line = strings.TrimRightFunc(line, func(r rune) bool { return unicode.In(r, unicode.Pe, unicode.Pf) || r == '"' || r == '\'' })
	last, _ := utf8.DecodeLastRuneInString(line)
	return last != utf8.RuneError && strings.ContainsRune(marks, last)
}

// longestTitle is how many code points a line may have to be taken for a title.
const longestTitle = 80

// short reports whether a line may be a title.
func short(line string) bool { return utf8.RuneCountInString(line) <= longestTitle }

// titleOf takes the title off the blocks: a heading at their beginning, or a short
// line that ends as no statement does and has more after it. "" when there is none.
func titleOf(blocks []block) (string, []block) {
	if len(blocks) < 2 {
		return "", blocks
	}
	first := blocks[0]
	if !first.heading && (strings.Contains(first.text, "\n") || !short(first.text) || items.MatchString(first.text) || endsStatement(first.text)) {
		return "", blocks
	}
	clean, wrong := project.TitleRule().Check(strings.Join(strings.Fields(strings.Trim(first.text, "*_ ")), " "))
	if wrong != "" {
		return "", blocks
	}
	return clean, blocks[1:]
}

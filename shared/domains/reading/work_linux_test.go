package reading

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/tests/busy"
)

// hostileLength is how many characters a hostile text has, as the longest that may
// be pasted does.
const hostileLength = 20_000

// hostile are texts that are made of one thing again and again; those with a stop
// before it have each mark look for the next letter.
func hostile() []string {
	var all []string
	for _, part := range []string{
		"(", ")", "[", "<", "\"", "’", "*", "_", "`", "~", ".", "…", "…A", "… ", ";", "-", "—", "|", "\\", "&", "@", "#", "+", "$", "/",
		"1", "1 ", "1-", "1:1 ", "1/", "1.", "1,", "+1 (", "(555)", "555-", "Ps ", "Ps 1 ", "IV ", "I ", "A.", "A. ", "St. ", "1 de ", "http://", "www.", "a@", "[a](", "**a", "_a ", "> ", "\n", "a", "\u0301", "🙏", "主。",
	} {
		all = append(all, strings.Repeat(part, hostileLength/len([]rune(part))))
	}
	for _, mark := range []string{"(", ")", "”", "\u00a0"} {
		all = append(all, "."+strings.Repeat(mark, hostileLength))
	}
	return all
}

// TestHostileTextIsReadLikeAnyOther: no text takes much more work than a plain one
// of the same length, by the time of the processor and not of a clock. What is read
// from each token to the end takes hundreds of times as much.
func TestHostileTextIsReadLikeAnyOther(t *testing.T) {
	const most = 60 // times the work
	read := func(text string) func() { return func() { Sentences(text, language.English) } }
	plain := busy.Usual(read(strings.Repeat("He restores my soul, and leads me beside still waters. ", hostileLength/55)))
	for _, text := range hostile() {
		if busy.Work(1, read(text)) > most*plain && busy.Work(3, read(text)) > most*plain {
			t.Errorf("%.10q… takes more than %d times the work of a plain text", text, most)
		}
	}
}

package paste

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/busy"
)

// TestHostileTextIsSplitLikeAnyOther: no text takes much more work than a plain one
// of the same length, by the time of the processor and not of a clock.
func TestHostileTextIsSplitLikeAnyOther(t *testing.T) {
	const most = 60 // times the work
	split := func(text string) func() {
		return func() { _, _ = splitter().propose(Text{Text: text, Language: "en"}) }
	}
	plain := busy.Usual(split(strings.Repeat("He restores my soul, and leads me beside still waters. ", MaxText/55)))
	for _, part := range []string{"(", ")", "\"", "…", "1-", "Ps 1 ", "*Ps* 1. ", "Go. ", "IV ", "http://", "# a\n", "主。"} {
		do := split(strings.Repeat(part, MaxText/len([]rune(part))))
		if busy.Work(1, do) > most*plain && busy.Work(3, do) > most*plain {
			t.Errorf("%.10q again and again takes more than %d times the work of a plain text", part, most)
		}
	}
}

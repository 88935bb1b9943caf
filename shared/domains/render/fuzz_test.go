package render

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/plaintext"
)

// vttCues reads a WebVTT file as its specification says: a cue is its times and
// the lines up to the next empty one, in which & begins an escape and < a tag.
func vttCues(t *testing.T, file string) (all [][]string) {
	t.Helper()
	times := regexp.MustCompile(`^\d{2,}:[0-5]\d:[0-5]\d\.\d{3} --> \d{2,}:[0-5]\d:[0-5]\d\.\d{3}$`)
	blocks := strings.Split(strings.TrimSuffix(file, "\n"), "\n\n")
	if blocks[0] != "WEBVTT" && file != "WEBVTT\n" {
		t.Fatalf("begins with %q", blocks[0])
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	for _, block := range blocks[1:] {
		lines := strings.Split(block, "\n")
		if len(lines) < 3 || !times.MatchString(lines[1]) {
			t.Fatalf("%q is no cue", block)
		}
		for i, line := range lines[2:] {
			if strings.ContainsAny(line, "<>\r\x00") || strings.Contains(line, "-->") || strings.TrimSpace(line) == "" {
				t.Errorf("%q is no line of a cue", line)
			}
			lines[2+i] = plain.Replace(line)
		}
		all = append(all, lines[2:])
	}
	return all
}

// FuzzCaptions: whatever text a scene may have, its captions read back from the
// file are the lines that the video shows; no text begins a cue, a tag or a note.
func FuzzCaptions(f *testing.F) {
	for _, seed := range []string{
		"a", "x\n\ny", "00:00:00.000 --> 00:00:01.000", "NOTE a", "<c.red>a</c>", "&lt;b&gt;", "&amp;", "WEBVTT", "STYLE\n::cue{}", "-->", "a\n\n2\n00:00:00.000 --> 09:00:00.000\nb", "שלום {x}", "\u200b", "\u2060 \u2060",
		"👨‍👩‍👧 " + strings.Repeat("W", 90), strings.Repeat("主は私の羊飼い", 20), "a\u2028b", strings.Repeat("e\u0301\u0323", 60), "\u3000", "…\u200f",
	} {
		f.Add(seed, uint16(4000))
	}
	rule := plaintext.Rule{Min: 1, Max: MaxSceneChars, Lines: true}
	f.Fuzz(func(t *testing.T, text string, ms uint16) {
		text, wrong := rule.Check(text)
		if wrong != "" || !utf8.ValidString(text) {
			return
		}
		for _, aspect := range []Aspect{Landscape, Portrait, Square} {
			var want [][]string
			cues := Cues([]Spoken{{Text: text, StartMS: 0, EndMS: int64(ms)}}, aspect)
			for _, cue := range cues {
				if cue.EndMS > cue.StartMS {
					want = append(want, cue.Lines)
				}
			}
			got := vttCues(t, WebVTT([]ShotCues{{StartFrame: 30, Cues: cues}}))
			if len(got) != len(want) {
				t.Fatalf("%q: %d cues are read of %d", text, len(got), len(want))
			}
			for i := range want {
				if strings.Join(got[i], "\n") != strings.Join(want[i], "\n") {
					t.Errorf("%q: %q is read for %q", text, got[i], want[i])
				}
			}
		}
	})
}

package corpus

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
)

// look counts what is wrong with how a text is shown and read out.
func (r *row) look(t *testing.T, x Text) {
	t.Helper()
	sentences := reading.Sentences(x.Text, x.Language)
	for _, s := range sentences {
		if mark := readOut(s.Spoken); mark != "" {
			r.markup++
			t.Errorf("%s: %q of %q is read out", x.Language, mark, s.Spoken)
		}
		if missing := script.Undrawable(s.Shown); len(missing) > 0 {
			r.boxes++
			t.Errorf("%s: no font has %q of %q", x.Language, string(missing), s.Shown)
		}
	}
	for _, line := range append(seen(sentences), reading.Title(x.Text)) {
		if mark := leftOver(line); mark != "" {
			r.markup++
			t.Errorf("%s: %q of %q is shown", x.Language, mark, line)
		}
	}
	for _, aspect := range []render.Aspect{render.Landscape, render.Portrait} {
		lines := linesOf(sentences, aspect)
		for _, part := range whole(sentences) {
			if among(lines, part) == 0 {
				r.divided++
				t.Errorf("%s: %q is on two lines", x.Language, part)
			}
		}
	}
	r.cite(t, x, sentences)
}

// cite holds a text to the references that it is known to have.
func (r *row) cite(t *testing.T, x Text, sentences []reading.Sentence) {
	t.Helper()
	wrong := func(format string, what ...any) {
		r.divided++
		t.Errorf(format, what...)
	}
	if found := reading.References(x.Text, x.Language); x.Kind == "reference" && len(found) != len(x.References) {
		wrong("%s: %d references are found in %q, want %d", x.Language, len(found), x.Text, len(x.References))
	}
	for _, want := range x.References {
		within := 0
		for _, s := range sentences {
			if strings.Contains(plain(s.Shown), want.Shown) {
				within++
				if !strings.Contains(s.Spoken, want.Spoken) {
					wrong("%s: %q is said as in %q, want %q", x.Language, want.Shown, s.Spoken, want.Spoken)
				}
			}
		}
		if lines := among(linesOf(sentences, render.Landscape), want.Shown); within != 1 || lines != 1 {
			wrong("%s: %q is in %d sentences and on %d lines, want one each", x.Language, want.Shown, within, lines)
		}
	}
}

// whole are the parts of sentences that are to stay on one line, as their spaces that do
// not break say.
func whole(sentences []reading.Sentence) []string {
	var all []string
	for _, s := range sentences {
		for part := range strings.SplitSeq(s.Shown, " ") {
			if part = strings.Trim(plain(part), " "); strings.Contains(part, " ") && utf8.RuneCountInString(part) < 24 {
				all = append(all, part)
			}
		}
	}
	return all
}

// plain is a line without what keeps it whole and what says its direction.
func plain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u2060", "", "\u200e", "", "\u200f", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "").Replace(s)
}

func cuesOf(sentences []reading.Sentence, aspect render.Aspect) []render.Cue {
	var spoken []render.Spoken
	for i, s := range sentences {
		spoken = append(spoken, render.Spoken{Text: s.Shown, StartMS: int64(i) * 4000, EndMS: int64(i+1) * 4000})
	}
	return render.Cues(spoken, aspect)
}

func linesOf(sentences []reading.Sentence, aspect render.Aspect) []string {
	var all []string
	for _, cue := range cuesOf(sentences, aspect) {
		all = append(all, cue.Lines...)
	}
	return all
}

// seen is each line that a person sees of sentences: in pictures, and in a player that
// is given the WebVTT file.
func seen(sentences []reading.Sentence) []string {
	all := linesOf(sentences, render.Landscape)
	vtt := render.WebVTT([]render.ShotCues{{Cues: cuesOf(sentences, render.Portrait)}})
	for line := range strings.SplitSeq(vtt, "\n") {
		if !strings.Contains(line, " --> ") {
			all = append(all, html.UnescapeString(line))
		}
	}
	return all
}

// among counts the lines that hold a part.
func among(lines []string, part string) int {
	n := 0
	for _, line := range lines {
		if strings.Contains(plain(line), part) {
			n++
		}
	}
	return n
}

// readOut is the first mark in what is spoken that nobody says.
func readOut(spoken string) string {
	for _, mark := range []string{"](", "~~", "http", "www."} {
		if strings.Contains(spoken, mark) {
			return mark
		}
	}
	return first(spoken, func(c rune) bool { return strings.ContainsRune("#*_[]`<>\u2060", c) || unseen(c) || emoji(c) })
}

// leftOver is the first mark of a line that is none of its words: of Markdown, without
// width, or an emoji, which captions leave out.
func leftOver(line string) string {
	for _, mark := range []string{"](", "[^", "~~", "**", "__", "`"} {
		if strings.Contains(line, mark) {
			return mark
		}
	}
	for _, mark := range []string{">", "# ", "## ", "- ", "* "} {
		if strings.HasPrefix(plain(line), mark) && !strings.HasPrefix(line, ">>") {
			return mark
		}
	}
	return first(line, func(c rune) bool { return unseen(c) || emoji(c) })
}

func first(s string, is func(rune) bool) string {
	for _, c := range s {
		if is(c) {
			return string(c)
		}
	}
	return ""
}

func unseen(c rune) bool { return strings.ContainsRune("\u00ad\u200b\ufeff\u2028\u2029", c) }

func emoji(c rune) bool {
	return c >= 0x2600 && c <= 0x27bf || c >= 0x1f000 || c == 0xfe0f || c == 0x20e3
}

// TestMarksAreFound: what the corpus is held to tells a mark from a word.
func TestMarksAreFound(t *testing.T) {
	for _, wrong := range []string{"a `b`", "a ~~b~~", "> a", "# a", "a **b**", "[a](b)", "a\u200bb", "a 🙏", "☀ a", "a[^1]"} {
		if leftOver(wrong) == "" {
			t.Errorf("%q is not seen", wrong)
		}
	}
	for _, wrong := range []string{"a `b`", "~~b~~", "> a", "a > b", "a*b", "see www.example.org", "https", "a\u2060b", "a\u00adb", "a 🙏", "a ✝", "[a]"} {
		if readOut(wrong) == "" {
			t.Errorf("%q is not heard", wrong)
		}
	}
	for _, right := range []string{"He said <<rest>>, and 3 < 5.", "A\u00a0b", "www.example.org", "death → life", "#FaithOverFear", ""} {
		if mark := leftOver(right); mark != "" {
			t.Errorf("%q is taken for a mark in %q", mark, right)
		}
	}
}

// TestReferencesAreListed: each text of the kind says what is to be found in it, in
// every language whose books are known.
func TestReferencesAreListed(t *testing.T) {
	languages := map[language.Language]bool{}
	for _, x := range Texts() {
		if x.Kind != "reference" {
			continue
		}
		languages[x.Language] = true
		if len(x.References) == 0 {
			t.Errorf("%s: %q has no list", x.Language, x.Text)
		}
	}
	for _, l := range []language.Language{"en", "es", "pt", "fr", "de", "it", "ko", "zh", "ja", "hi", "ru", "ar"} {
		if !languages[l] {
			t.Errorf("no reference in %s", l)
		}
	}
}

package render

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSplitSentences(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"plain", "He restores my soul. I shall lack nothing! Why?", []string{"He restores my soul.", "I shall lack nothing!", "Why?"}},
		{"quotation", "He said, “Be still.” Then it was calm.", []string{"He said, “Be still.”", "Then it was calm."}},
		{"abbreviations", "Mr. Smith read Ps. 23 to St. Mary's. It helped.", []string{"Mr. Smith read Ps. 23 to St. Mary's.", "It helped."}},
		{"initials", "C. S. Lewis wrote it. So did I. We agree.", []string{"C. S. Lewis wrote it.", "So did I.", "We agree."}},
		{"verse numbers", "1. The Lord is my shepherd. 2. He leads me.", []string{"1. The Lord is my shepherd.", "2. He leads me."}},
		{"decimals", "It is 3.5 miles. Walk.", []string{"It is 3.5 miles.", "Walk."}},
		{"lines are joined", "Abide with me\nfast falls the eventide.", []string{"Abide with me fast falls the eventide."}},
		{"a blank line ends", "A prayer\n\nLord, hear us", []string{"A prayer", "Lord, hear us"}},
		{"windows lines", "One\r\n\r\nTwo\rthree", []string{"One", "Two three"}},
		{"Japanese", "主は私の羊飼い。私には欠けるものがない。", []string{"主は私の羊飼い。", "私には欠けるものがない。"}},
		{"Hindi", "यहोवा मेरा चरवाहा है। मुझे कुछ घटी न होगी।", []string{"यहोवा मेरा चरवाहा है।", "मुझे कुछ घटी न होगी।"}},
		{"Arabic", "الرب راعي. فلا يعوزني شيء؟ نعم.", []string{"الرب راعي.", "فلا يعوزني شيء؟", "نعم."}},
		{"Spanish", "¿Por qué temes? ¡Ánimo! Yo estoy.", []string{"¿Por qué temes?", "¡Ánimo!", "Yo estoy."}},
		{"a stray mark stays with what is before it", "Amen. — ! Go.", []string{"Amen. — !", "Go."}},
		{"nothing", " \n\t\u2029 ", nil},
		{"only marks", "…", []string{"…"}},
	}
	for _, c := range cases {
		if got := SplitSentences(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRunOnsAreCutAtClausesWordsOrCharacters(t *testing.T) {
	clauses := strings.Repeat("and his loving kindness endures, ", 12)
	for _, piece := range SplitSentences(clauses) {
		if !strings.HasSuffix(piece, ",") || utf8.RuneCountInString(piece) > longestSentence {
			t.Errorf("cut at a clause: %q", piece)
		}
	}
	for _, piece := range SplitSentences(strings.Repeat("mercy upon mercy ", 40)) {
		if words := strings.Fields(piece); words[0] == "" || !strings.HasSuffix(piece, "mercy") && !strings.HasSuffix(piece, "upon") {
			t.Errorf("cut at a space: %q", piece)
		}
	}
	family := "👨‍👩‍👧‍👦"
	for _, piece := range SplitSentences(strings.Repeat(family, 150)) {
		if strings.ReplaceAll(piece, family, "") != "" {
			t.Errorf("cut inside a character: %q", piece)
		}
	}
}

func FuzzSplitSentencesLosesNothing(f *testing.F) {
	for _, seed := range []string{"", "a. b", "Mr. X.", "\x00\xff. A", strings.Repeat("x", 1000), strings.Repeat("word ", 200), "。。a\n\nb", "1. 2. 3.", strings.Repeat("一", 700), "a" + strings.Repeat("\u0301", 900)} {
		f.Add(seed)
	}
	visible := func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 2*MaxSceneChars {
			return
		}
		pieces := SplitSentences(text)
		if got, want := strings.Map(visible, strings.Join(pieces, "")), strings.Map(visible, text); got != want {
			t.Errorf("text changed: %q, want %q", got, want)
		}
		for _, piece := range pieces {
			if piece == "" || strings.TrimSpace(piece) != piece {
				t.Errorf("piece %q", piece)
			}
		}
	})
}

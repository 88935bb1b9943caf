package reading

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

// shown is what captions show of an English text, with plain spaces.
func shown(text string) []string {
	var all []string
	for _, s := range Sentences(text, language.English) {
		all = append(all, unjoined.Replace(s.Shown))
	}
	return all
}

var unjoined = strings.NewReplacer("\u00a0", " ", "\u2060", "")

func TestSentences(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"plain", "He restores my soul. I shall lack nothing! Why?", []string{"He restores my soul.", "I shall lack nothing!", "Why?"}},
		{"quotation", "He said, “Be still.” Then it was calm.", []string{"He said, “Be still.”", "Then it was calm."}},
		{"abbreviations", "Mr. Smith read Ps. 23 to St. Mary's. It helped.", []string{"Mr. Smith read Ps. 23 to St. Mary's.", "It helped."}},
		{"initials", "C. S. Lewis wrote it. So did I. We agree.", []string{"C. S. Lewis wrote it.", "So did I.", "We agree."}},
		{"verse numbers", "1. The Lord is my shepherd. 2. He leads me.", []string{"The Lord is my shepherd.", "He leads me."}},
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
		if got := shown(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRunOnsAreCutAtClausesWordsOrCharacters(t *testing.T) {
	clauses := strings.Repeat("and his loving kindness endures, ", 12)
	for _, piece := range shown(clauses) {
		if !strings.HasSuffix(piece, ",") || utf8.RuneCountInString(piece) > longestSentence {
			t.Errorf("cut at a clause: %q", piece)
		}
	}
	for _, piece := range shown(strings.Repeat("mercy upon mercy ", 40)) {
		if words := strings.Fields(piece); words[0] == "" || !strings.HasSuffix(piece, "mercy") && !strings.HasSuffix(piece, "upon") {
			t.Errorf("cut at a space: %q", piece)
		}
	}
	marked := "x\u0301\u0323"
	for _, piece := range shown(strings.Repeat(marked, 450)) {
		if strings.ReplaceAll(piece, marked, "") != "" {
			t.Errorf("cut inside a character: %q", piece)
		}
	}
}

package kokoro

import (
	"fmt"
	"strings"
	"testing"
)

func TestClauses(t *testing.T) {
	for text, want := range map[string]string{
		"He restores my soul.":               "He restores my soul|.",
		"Wait, he said; be still: know!":     "Wait|, he said|; be still|: know|!",
		"At 10:30 read 3.5 pages, e.g. two.": "At 10:30 read 3.5 pages|, e.g|. two|.",
		"“Peace,” he said.":                  "“Peace|, ” he said|.",
		"Grace — and peace – to you…":        "Grace|— and peace|— to you|…",
		"verses 3–5":                         "verses 3–5|",
		"well-being":                         "well-being|",
		"प्रभु मेरा चरवाहा है। कुछ घटी नहीं।": "प्रभु मेरा चरवाहा है|. कुछ घटी नहीं|.",
		"Why?!":     "Why|?",
		"...":       "|.",
		"a\x00b, c": "a b|, c|",
		"":          "",
	} {
		var got []string
		for _, c := range clauses(text) {
			mark := ""
			if c.mark != 0 {
				mark = string(c.mark)
			}
			got = append(got, c.text+"|"+mark)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %q, want %q", text, strings.Join(got, " "), want)
		}
	}
}

func TestAlphabet(t *testing.T) {
	for _, c := range []struct{ language, ipa, want string }{
		{"en-US", "ð ə d^ʒ ˈo^ʊ k", "ð ə ʤ ˈO k"},
		{"en-US", "ˈwɜːd fˈɑːðɚ", "ˈwɜɹd fˈɑðəɹ"},
		{"en-GB", "ˈwɜːd ɡˈə^ʊ", "ˈwɜːd ɡˈQ"},
		{"en-US", "(fr)ʃˈa^ɪn(en)", "ʃˈIn"},
		{"en-US", "fɔːɹ a^ɪɐm wˈɪð", "fɔɹ ˌI ˈæm wˈɪð"},
		{"es-ES", "mˈut^ʃo reˈi", "mˈuʧo reˈi"},
		{"fr-FR", "bɔ̃ ʁwˈa", "bɔ̃ ʁwˈa"},
	} {
		if got := alphabet(c.language, c.ipa); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.language, c.ipa, got, c.want)
		}
	}
}

func TestCutAtTheMildestMark(t *testing.T) {
	signs := vocabulary{' ': 1, ',': 2, '.': 3, ';': 4, '!': 5, '?': 6, ':': 7, 'x': 9}
	text := func(parts ...any) []int64 {
		var all []int64
		for i := 0; i < len(parts); i += 2 {
			for range parts[i].(int) {
				all = append(all, 9)
			}
			all = append(all, signs.numbers(parts[i+1].(string))...)
		}
		return all
	}
	for want, tokens := range map[string][]int64{
		"[]":        nil,
		"[510]":     text(510, ""),
		"[510 90]":  text(600, ""),
		"[301 300]": text(300, ".", 299, "."),
		"[401 201]": text(200, ",", 199, ";", 200, "."),
		"[301 299]": text(300, ",", 299, ""),
		"[510 200]": text(50, ".", 659, ""), // a first word by itself would be no help
	} {
		var sizes []int
		for _, piece := range cut(tokens, signs) {
			sizes = append(sizes, len(piece))
		}
		if got := fmt.Sprint(sizes); got != want {
			t.Errorf("%d tokens are cut into %s, want %s", len(tokens), got, want)
		}
	}
}

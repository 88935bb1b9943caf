package language

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Finding is which language a text is written in.
type Finding struct {
	Language Language // the likeliest; Unknown when nothing tells
	Sure     bool     // enough of the text tells, and nothing else comes near
	Parts    []Part   // what the text is made of, the largest first
}

// Part is what of a text is in one language.
type Part struct {
	Language Language
	Letters  int // ideographs and syllables count twice: they hold more
}

// looked at most, in code points. More of a text tells nothing new.
const looked = 2000

// Written is the language that texts under a title are surely in, Unknown where that is
// not sure: what they say by themselves, else what they say with their title. Whoever
// chooses a voice for them asks here, so that all choose the same.
func Written(title string, texts []string) Language {
	text := strings.Join(texts, "\n\n")
	found := Detect(text)
	if !found.Sure {
		found = Detect(title + "\n\n" + text)
	}
	if found.Sure {
		return found.Language
	}
	return Unknown
}

// Detect finds the language of a text, of few words or many. Where a script has
// one language that we know of, the script tells; in the others common words,
// endings and letters do. Scripture references, numbers and addresses do not
// count: "Juan 3:16" in an English text is no Spanish.
func Detect(text string) Finding {
	text = mute(text)
	letters := map[group]int{}
	for _, r := range text {
		if g, found := groupOf(r); found {
			letters[g] += g.weight()
		}
	}
	letters = joined(letters)
	total := 0
	var found Finding
	sure := map[Language]bool{}
	for g, n := range letters {
		total += n
		l, certain := g.language(text, n)
		if l == Unknown {
			continue
		}
		sure[l] = certain
		found.Parts = append(found.Parts, Part{Language: l, Letters: n})
	}
	slices.SortFunc(found.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Letters, a.Letters), cmp.Compare(a.Language, b.Language))
	})
	if len(found.Parts) > 0 {
		first := found.Parts[0]
		found.Language = first.Language
		found.Sure = sure[first.Language] && first.Letters*5 >= total*3
	}
	return found
}

var (
	addresses = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+|\S+@\S+\.\S+`)
	// references are a name before chapter and verse, in any script: "1 Juan 3:16".
	references = regexp.MustCompile(`(?:\b[1-3IⅠ]{1,3}\.?\s*)?\p{L}[\p{L}\p{M}]*\.?\s*\d+\s*[:.,：]\s*\d+[\d,:\-–]*`)
)

// mute leaves out of a text what says nothing of its language.
func mute(text string) string {
	text = strings.ReplaceAll(norm.NFC.String(beginning(text)), "’", "'")
	return references.ReplaceAllString(addresses.ReplaceAllString(text, " "), " ")
}

func beginning(text string) string {
	n := 0
	for i := range text {
		if n++; n > looked {
			return text[:i]
		}
	}
	return text
}

// group are the characters that one way of telling languages apart is for.
type group string

// The groups of more than one language. Every other is named by its language.
const (
	latin      group = "Latin"
	cyrillic   group = "Cyrillic"
	arabic     group = "Arabic"
	devanagari group = "Devanagari"
	kana       group = "ja"
	han        group = "zh"
)

type script struct {
	table *unicode.RangeTable
	group group
}

func scripts() []script {
	return []script{
		{unicode.Latin, latin},
		{unicode.Hangul, "ko"},
		{unicode.Han, han},
		{unicode.Hiragana, kana},
		{unicode.Katakana, kana},
		{unicode.Cyrillic, cyrillic},
		{unicode.Arabic, arabic},
		{unicode.Devanagari, devanagari},
		{unicode.Greek, "el"},
		{unicode.Hebrew, "he"},
		{unicode.Thai, "th"},
		{unicode.Bengali, "bn"},
		{unicode.Tamil, "ta"},
		{unicode.Telugu, "te"},
		{unicode.Gujarati, "gu"},
		{unicode.Gurmukhi, "pa"},
		{unicode.Kannada, "kn"},
		{unicode.Malayalam, "ml"},
		{unicode.Sinhala, "si"},
		{unicode.Ethiopic, "am"},
		{unicode.Georgian, "ka"},
		{unicode.Armenian, "hy"},
		{unicode.Khmer, "km"},
		{unicode.Lao, "lo"},
		{unicode.Myanmar, "my"},
	}
}

func groupOf(r rune) (group, bool) {
	if r < 0x80 {
		return latin, 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	if !unicode.IsLetter(r) {
		return "", false
	}
	for _, s := range scripts() {
		if unicode.Is(s.table, r) {
			return s.group, true
		}
	}
	return "", false
}

func (g group) weight() int {
	if g == han || g == kana || g == "ko" {
		return 2
	}
	return 1
}

// joined counts the ideographs of a Japanese text as Japanese. A Chinese text
// has no kana but in a name.
func joined(letters map[group]int) map[group]int {
	if letters[kana] > 0 && letters[kana]*8 >= letters[han] {
		letters[kana] += letters[han]
		delete(letters, han)
	}
	return letters
}

// least letters of a script with one language that make a finding sure.
const least = 4

// language is the one that the group's characters in a text are of.
func (g group) language(text string, letters int) (l Language, sure bool) {
	switch g {
	case latin, cyrillic, arabic, devanagari:
		return byWords(text, g)
	case han:
		return "zh", letters >= 2*least // a name of three ideographs may be anybody's
	}
	return Language(g), letters >= least
}

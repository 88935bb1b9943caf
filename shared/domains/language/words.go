package language

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// wordsText lists for each language common words, and endings after a hyphen. The
// lists are our own.
//
//go:embed words.txt
var wordsText string

// letters that few languages have, by script.
var tellingLetters = map[Language]string{
	"es": "ñ¿¡", "pt": "ãõç", "fr": "çœêèùûàî", "de": "ßüöä", "it": "ìòùàè", "ca": "·çòï", "sv": "åäö", "no": "åøæ", "da": "åøæ", "fi": "äö",
	"pl": "ąęłśźżćń", "cs": "ěřůčšž", "hr": "čćđšž", "ro": "ășțâî", "hu": "őűöü", "tr": "ğışöü", "vi": "ăơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
	"ht": "èò", "af": "êëô",
	"ru": "ыэъё", "uk": "іїєґ", "be": "ўіыэё", "bg": "ъ", "sr": "јљњђћџ",
	"fa": "پچژگکی", "ur": "ٹڈڑےںہھگچپکی", "ar": "ةىيكأإ",
	"mr": "ळ", "ne": "ँछ",
}

// sign is what the presence of a word, ending or letter says.
type sign struct {
	languages []Language
	weight    float64 // for each of them: the fewer they are, the more it says
}

// lexicon is what tells the languages of a script apart.
type lexicon struct {
	words, endings map[string]sign
	letters        map[rune]sign
}

const (
	endingWeight = 0.5
	letterWeight = 0.4
	shortWeight  = 0.5 // of a word of one letter
	longest      = 6   // letters of an ending
)

// lexicons are read when first asked for: a function that starts waits for none.
var lexicons = sync.OnceValue(func() map[group]lexicon {
	all := map[group]lexicon{}
	for line := range strings.Lines(wordsText) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), ": ")
		l := Language(name)
		g, _ := groupOf(firstLetter(list))
		lex, there := all[g]
		if !there {
			lex = lexicon{words: map[string]sign{}, endings: map[string]sign{}, letters: map[rune]sign{}}
			all[g] = lex
		}
		for _, word := range strings.Fields(list) {
			if ending, is := strings.CutPrefix(word, "-"); is {
				add(lex.endings, ending, l, endingWeight)
				continue
			}
			weight := 1.0
			if utf8.RuneCountInString(word) == 1 {
				weight = shortWeight
			}
			add(lex.words, word, l, weight)
		}
		for _, r := range tellingLetters[l] {
			add(lex.letters, r, l, letterWeight)
		}
	}
	for _, lex := range all {
		share(lex.words)
		share(lex.endings)
		share(lex.letters)
	}
	return all
})

func firstLetter(s string) rune {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return r
		}
	}
	return 0
}

func add[K comparable](signs map[K]sign, key K, l Language, weight float64) {
	s := signs[key]
	if !slices.Contains(s.languages, l) {
		s.languages = append(s.languages, l)
	}
	s.weight = weight
	signs[key] = s
}

func share[K comparable](signs map[K]sign) {
	for key, s := range signs {
		s.weight /= float64(len(s.languages))
		signs[key] = s
	}
}

// A finding by words is sure from these on, in weights: tried on the lines of
// testdata (docs/adr/0027).
const (
	leastWeight = 1.3
	leastLead   = 0.5
	leastRatio  = 1.25
	leastShare  = 0.12 // of the words: a text in a language that we have no list of has few
)

// mostOften is how often one word counts.
const mostOften = 3

// byWords tells the languages of a script apart.
func byWords(text string, g group) (Language, bool) {
	lex := lexicons()[g]
	scores := map[Language]float64{}
	words, seen := 0, map[string]int{}
	for _, word := range wordsOf(text, g) {
		if seen[word]++; seen[word] <= mostOften {
			words++
			lex.weigh(word, scores)
		}
	}
	if len(scores) == 0 {
		return Unknown, false
	}
	order := slices.SortedFunc(maps.Keys(scores), func(a, b Language) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return strings.Compare(string(a), string(b))
	})
	first, second := scores[order[0]], 0.0
	if len(order) > 1 {
		second = scores[order[1]]
	}
	sure := first >= leastWeight && first-second >= leastLead && first >= second*leastRatio && first >= leastShare*float64(words)
	return order[0], sure
}

func (lex lexicon) weigh(word string, scores map[Language]float64) {
	give := func(s sign) {
		for _, l := range s.languages {
			scores[l] += s.weight
		}
	}
	if s, known := lex.words[word]; known {
		give(s)
	} else {
		give(lex.ending(word))
	}
	told := map[Language]float64{} // each language's most telling letter
	for _, r := range word {
		for _, l := range lex.letters[r].languages {
			told[l] = max(told[l], lex.letters[r].weight)
		}
	}
	for l, weight := range told {
		scores[l] += weight
	}
}

// ending is the longest known one of a word, which is longer than that by two letters.
func (lex lexicon) ending(word string) sign {
	letters := []rune(word)
	for n := min(longest, len(letters)-2); n > 0; n-- {
		if s, known := lex.endings[string(letters[len(letters)-n:])]; known {
			return s
		}
	}
	return sign{}
}

// wordsOf are the words of a group in a text, in lower case. One that is cut by an
// apostrophe is two, the first with it: "l'" and "amour".
func wordsOf(text string, g group) []string {
	var all []string
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r != '\'' && !unicode.IsLetter(r) && !unicode.IsMark(r)
	})
	for _, field := range fields {
		if of, _ := groupOf(firstLetter(field)); of != g {
			continue
		}
		for field != "" {
			at := strings.IndexByte(field, '\'') + 1
			if at == 0 {
				at = len(field)
			}
			if word := field[:at]; word != "'" {
				all = append(all, word)
			}
			field = field[at:]
		}
	}
	return all
}

package paste

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

// motifsText lists pictures, each with the words of a text that ask for it, in
// several languages. It is our own.
//
//go:embed motifs.txt
var motifsText string

// motif is a calm picture of a place. It shows nobody: a drawn face would be
// another one in each scene.
type motif struct {
	picture string
	words   map[string]bool // whole words, of scripts with spaces between words
	stems   []string        // found anywhere in a text, of the other scripts
}

var loadMotifs = sync.OnceValue(func() []motif {
	var all []motif
	for line := range strings.Lines(motifsText) {
		picture, words, _ := strings.Cut(line, "|")
		m := motif{picture: strings.TrimSpace(picture), words: map[string]bool{}}
		for _, word := range strings.Fields(words) {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
				m.words[word] = true
			} else {
				m.stems = append(m.stems, word)
			}
		}
		all = append(all, m)
	}
	return all
})

// asked counts how often the words of a text ask for the motif.
func (m motif) asked(text string, words []string) int {
	n := 0
	for _, word := range words {
		if m.words[word] {
			n++
		}
	}
	for _, stem := range m.stems {
		n += strings.Count(text, stem)
	}
	return n
}

// lights tell the time of day as a devotional goes on.
func lights() []string {
	return []string{"soft morning light", "clear daylight", "warm afternoon light", "golden evening light"}
}

// manner is how each picture is painted. Prompts are in English, which every
// painter reads best, whatever the text is in.
const manner = "calm and uncluttered, nobody in sight, no writing"

// prompts proposes a picture for each text: the motif that its words ask for most,
// and not the one before again. A text that asks for none gets the next of all.
func prompts(texts []string) []string {
	motifs := loadMotifs()
	all := make([]string, len(texts))
	last, next := -1, 0
	for i, text := range texts {
		chosen := mostAsked(motifs, text, last)
		for chosen < 0 || chosen == last {
			chosen, next = next%len(motifs), next+1
		}
		last = chosen
		all[i] = painted(motifs[chosen].picture, i, len(texts))
	}
	return all
}

// mostAsked is the index of a motif other than the last; -1 when none is asked for.
func mostAsked(motifs []motif, text string, last int) int {
	text = strings.ToLower(text)
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	best, most := -1, 0
	for i, m := range motifs {
		if n := m.asked(text, words); n > most && i != last {
			best, most = i, n
		}
	}
	return best
}

func painted(picture string, i, of int) string {
	for _, time := range []string{"night", "Dawn", "dusk", "evening"} {
		if strings.Contains(picture, time) {
			return picture + ", " + manner
		}
	}
	light := lights()
	return picture + ", " + light[i*len(light)/of] + ", " + manner
}

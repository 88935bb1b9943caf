// Package reading turns what people write into what a narrator says: which
// sentences a text has, how each is shown and how it is spoken. It knows no
// voice and no video.
package reading

import (
	"strings"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Sentence is what is read aloud in one go.
type Sentence struct {
	Shown     string // as captions show it; a reference holds spaces that do not break
	Spoken    string // as it is given to a voice; "" when nothing of it can be spoken
	Paragraph bool   // the last of its paragraph: a reader pauses longer after it
}

// Sentences reads a text as a narrator of a language does, in order. Every
// visible character that is meant to be seen is in exactly one Shown: the marks
// of Markdown and emoji are in none.
func Sentences(s string, l language.Language) []Sentence {
	var all []Sentence
	for _, paragraph := range read(s, l) {
		for _, piece := range paragraph.pieces() {
			if shown := paragraph.shown(piece); shown != "" {
				all = append(all, Sentence{Shown: shown, Spoken: paragraph.spoken(piece)})
			}
		}
		if len(all) > 0 {
			all[len(all)-1].Paragraph = true
		}
	}
	return all
}

// Title is a line as it is shown on a title card: without the marks and emoji
// that captions leave out too.
func Title(s string) string {
	return strings.Join(blocks(s), " ")
}

// Place is what a voice cannot speak.
type Place struct {
	Text     string
	Sentence int // counted from 1, as Sentences gives them
	At       int // code points before it in the text; -1 when marks of Markdown lie inside
}

// Unspoken names what a voice of a language leaves out because its script is
// another: neighbouring words together.
func Unspoken(s string, l language.Language) []Place {
	var all []Place
	sentence, from, counted := 0, 0, 0
	for _, paragraph := range read(s, l) {
		for _, piece := range paragraph.pieces() {
			if paragraph.shown(piece) == "" {
				continue
			}
			sentence++
			for _, words := range paragraph.unspoken(piece) {
				place := Place{Text: words, Sentence: sentence, At: -1}
				if at := strings.Index(s[from:], words); at >= 0 {
					counted += len([]rune(s[from : from+at]))
					place.At = counted
					counted += len([]rune(words))
					from += at + len(words)
				}
				all = append(all, place)
			}
		}
	}
	return all
}

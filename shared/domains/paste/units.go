package paste

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// unit is what no scene is cut within: a sentence, or a part of one that is too
// long for a scene.
type unit struct {
	text      string
	before    string // what joins it to the unit before in one scene
	ms        int64  // of speech
	chars     int
	begins    bool // a paragraph
	heading   bool
	reference bool // and nothing else: it belongs to what is before it
	inside    bool // a sentence that begins in the unit before
}

// How long a scene is spoken, in milliseconds: a thought.
const (
	shortest = 8_000
	longest  = 20_000
)

// reader is whom a text is split for.
type reader struct {
	language language.Language // by whose rules it is read
	voice    voice.Voice
	read     bool // by the voice; else there is none
}

// readerOf is who reads a text, as a render of it would find.
func readerOf(voices []voice.Voice, id string, l language.Language) reader {
	v, read := voice.Pick(voices, id, l)
	if read {
		l = v.Reads()
	}
	return reader{language: l, voice: v, read: read}
}

func (r reader) ms(text string) int64 { return render.RoughSpeechMS(text, r.voice, r.read, r.language) }

// units cuts blocks into units.
func (r reader) units(blocks []block) []unit {
	var all []unit
	for _, b := range blocks {
		before := "\n\n"
		flat := strings.Join(strings.Fields(b.text), " ")
		last := ""
		for _, sentence := range whole(reading.Sentences(b.text, r.language)) {
			for _, text := range r.cut(sentence) {
				if last != "" {
					before = " "
					if strings.Contains(flat, last+text) {
						before = ""
					}
				}
				all = append(all, unit{
					text: text, before: before, ms: r.ms(text), chars: utf8.RuneCountInString(text),
					begins: last == "", heading: b.heading, reference: onlyReference(text, r.language),
				})
				last = text
			}
		}
	}
	return all
}

// whole are the sentences as a person would write them: what keeps a reference on
// one line of a caption is none of the text.
func whole(sentences []reading.Sentence) []string {
	all := make([]string, len(sentences))
	for i, s := range sentences {
		all[i] = written.Replace(s.Shown)
	}
	return all
}

var written = strings.NewReplacer("\u00a0", " ", "\u2060", "")

// cut cuts a sentence that one scene cannot hold, at clause marks, else between
// words, else between characters, and never within a reference.
func (r reader) cut(sentence string) []string {
	if r.ms(sentence) <= longest && utf8.RuneCountInString(sentence) <= render.MaxSceneChars {
		return []string{sentence}
	}
	at := middle(sentence, reading.References(sentence, r.language))
	if at == 0 {
		return []string{sentence}
	}
	return append(r.cut(strings.TrimSpace(sentence[:at])), r.cut(strings.TrimSpace(sentence[at:]))...)
}

// middle is the place nearest the middle of a sentence to cut it at, in bytes; 0
// when it is one character.
func middle(sentence string, references [][2]int) int {
	var best [3]int // after a clause mark, at a space, between characters
	var kept string
	state, at, rest := -1, 0, sentence
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		space := strings.TrimSpace(cluster) == ""
		switch {
		case at == 0 || within(references, at):
		case reading.IsClauseMark(kept) && (space || wide(cluster)):
			best[0] = nearer(best[0], at, len(sentence))
		case space:
			best[1] = nearer(best[1], at, len(sentence))
		default:
			best[2] = nearer(best[2], at, len(sentence))
		}
		kept = cluster
		at += len(cluster)
	}
	if far := len(sentence) / 4; best[0] >= far && best[0] <= len(sentence)-far {
		return best[0]
	}
	if best[1] > 0 {
		return best[1]
	}
	return best[2]
}

func within(places [][2]int, at int) bool {
	for _, p := range places {
		if p[0] < at && at < p[1] {
			return true
		}
	}
	return false
}

func nearer(old, at, length int) int {
	if old == 0 || distance(2*at, length) < distance(2*old, length) {
		return at
	}
	return old
}

func distance(a, b int) int { return max(a-b, b-a) }

// wide reports whether a character is of a script that has no spaces.
func wide(cluster string) bool { return uniseg.StringWidth(cluster) > 1 }

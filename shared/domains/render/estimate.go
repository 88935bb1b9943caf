package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// msLetterName is what a letter takes of which the name is said.
const msLetterName = 180

// spelled reports whether a Latin consonant stands alone, or a capital beside a
// stop: each letter of N.I.V.
func spelled(runes []rune, i int) bool {
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	before, after := at(i-1), at(i+1)
	if !unicode.Is(unicode.Latin, runes[i]) || !strings.ContainsRune(" .", before) || !strings.ContainsRune(" .,;:!?", after) {
		return false
	}
	return unicode.IsUpper(runes[i]) && (before == '.' || after == '.') || !strings.ContainsRune("aeiouyAEIOUY", runes[i]) && runes[i] < utf8.RuneSelf
}

// numberWords are those of English that are said with more weight than others of
// their length. "One" is a pronoun mostly.
var numberWords = map[string]bool{
	"two": true, "three": true, "four": true, "five": true, "six": true, "seven": true, "eight": true, "nine": true, "eleven": true, "twelve": true,
	"thirteen": true, "fourteen": true, "fifteen": true, "sixteen": true, "seventeen": true, "eighteen": true, "nineteen": true, "twenty": true,
	"thirty": true, "forty": true, "fifty": true, "sixty": true, "seventy": true, "eighty": true, "ninety": true, "hundred": true, "thousand": true,
	"dot": true,
}

func numbersIn(sentence string) int {
	n := 0
	for word := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if numberWords[word] {
			n++
		}
	}
	return n
}

// msLeast is what the shortest sentence takes.
const msLeast = 350

// EstimateSpeechMS is how long a provider's voice needs for text, pauses between
// sentences included: within a tenth of the truth, rather above than below.
func EstimateSpeechMS(text string, v voice.Voice, p voice.Provider) int64 {
	return speechMS(reading.Sentences(text, v.Reads()), voice.PaceOf(v, p))
}

func speechMS(sentences []reading.Sentence, pace voice.Pace) int64 {
	var total int64
	for i, sentence := range sentences {
		if i > 0 {
			total += PauseMS(sentences[i-1])
		}
		if sentence.Spoken == "" { // shown, not said
			total += ReadingMS(sentence.Shown)
			continue
		}
		total += max(sentenceMS(sentence.Spoken, pace), msLeast)
	}
	return total
}

// RoughSpeechMS is about how long text takes whoever reads its language, or, when
// nobody does, whoever reads its captions: to cut scenes by, not to price them.
func RoughSpeechMS(text string, v voice.Voice, read bool, l language.Language) int64 {
	if !read {
		return NarrationMS(Silent(reading.Sentences(text, l)))
	}
	return EstimateSpeechMS(text, v, voice.Espeak)
}

// spoken reports whether a voice is to say anything of a scene: one of which
// nothing can be said has captions alone, and is no speech.
func spoken(sentences []reading.Sentence) bool {
	return slices.ContainsFunc(sentences, func(s reading.Sentence) bool { return s.Spoken != "" })
}

func sentenceMS(sentence string, pace voice.Pace) int64 {
	total := pace.Sentence
	inWord := false
	if pace.Number > 0 {
		total += pace.Number * numbersIn(sentence)
	}
	runes := []rune(sentence)
	for i, r := range runes {
		if unicode.IsSpace(r) || r == '-' {
			inWord = false
			continue
		}
		if !inWord {
			total += pace.Word
			inWord = true
		}
		switch {
		case spelled(runes, i):
			total += msLetterName
		case unicode.IsNumber(r):
			total += pace.Digit
		case reading.IsClauseMark(string(r)):
			total += pace.Clause
		case unicode.IsMark(r) || r == '\u200d':
			total += pace.Mark
		case !unicode.IsLetter(r):
		case uniseg.StringWidth(string(r)) > 1:
			total += pace.Wide
		default:
			total += pace.Letter
		}
	}
	return int64(total)
}

// A finished video takes about 0.0041 bytes per pixel and frame of drawn
// pictures, more of photographs; its sound 20 kB a second.
const (
	bytesPerPixel  = 0.006
	soundPerFrame  = 20_000 / FrameRate
	stillsEstimate = 300_000 // thumbnail and captions
)

// estimateBytes is about what a finished video and what belongs to it will take
// in storage, rather too much than too little.
func estimateBytes(f Frame, frames int) int64 {
	return int64(float64(f.Width*f.Height)*bytesPerPixel*float64(frames)) + int64(frames)*soundPerFrame + stillsEstimate
}

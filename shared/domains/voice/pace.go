package voice

import "github.com/devotionalai/platform/shared/domains/language"

// Pace is how long a voice takes, in milliseconds: for each thing that it says,
// and for each sentence. It is what a price is reckoned from before anything is
// spoken, fitted to what the engines took over the texts of tests/corpus, a
// hundredth above, so that a price rather exceeds the charge than falls short.
type Pace struct {
	Letter   int // one that takes one column: an alphabet's, an abugida's base
	Wide     int // a Chinese character, a kana, a syllable of Hangul
	Mark     int // a vowel sign or another mark on a letter
	Digit    int // "1984" is four words or so
	Number   int // what a word for a number takes more than another of its length
	Word     int
	Clause   int // the rest at a comma
	Sentence int // its beginning and its fall; the pause after it is not of the voice
}

// PaceOf is how fast a provider's voice reads. Polly's pace is taken for
// espeak-ng's: both read at the rate of a calm reader.
func PaceOf(v Voice, p Provider) Pace {
	pace, ok := paces()[v.Reads()]
	if !ok {
		pace = paces()[language.English]
	}
	if percent, ok := naturalPercent()[v.ID]; ok && p == Kokoro {
		return pace.times(percent)
	}
	return pace
}

func (p Pace) times(percent int) Pace {
	for _, ms := range []*int{&p.Letter, &p.Wide, &p.Mark, &p.Digit, &p.Number, &p.Word, &p.Clause, &p.Sentence} {
		*ms = (*ms*percent + 50) / 100
	}
	return p
}

// naturalPercent is what Kokoro's voices take of the time that espeak-ng's take
// for the same, where it was measured.
func naturalPercent() map[string]int {
	return map[string]int{
		"grace": 87, "samuel": 88, "ruth": 93, "thomas": 98, "lucia": 95, "mateo": 97, "claire": 99,
		"beatriz": 89, "rafael": 90, "chiara": 104, "pietro": 112, "asha": 118, "arjun": 121,
	}
}

// paces are espeak-ng's, by language. Japanese, which it does not read, is by
// the pace of a calm reader; Malayalam is by that of Tamil and Telugu.
func paces() map[language.Language]Pace {
	return map[language.Language]Pace{
		"en": {Letter: 59, Wide: 233, Mark: 25, Digit: 413, Number: 110, Word: 82, Clause: 206, Sentence: 209},
		"es": {Letter: 78, Wide: 233, Mark: 25, Digit: 371, Word: 37, Clause: 161, Sentence: 160},
		"pt": {Letter: 83, Wide: 233, Mark: 25, Digit: 377, Word: 34, Clause: 185, Sentence: 177},
		"fr": {Letter: 53, Wide: 233, Mark: 25, Digit: 307, Word: 39, Clause: 208, Sentence: 187},
		"de": {Letter: 62, Wide: 233, Mark: 25, Digit: 430, Word: 85, Clause: 115, Sentence: 0},
		"it": {Letter: 72, Wide: 233, Mark: 25, Digit: 345, Word: 42, Clause: 161, Sentence: 92},
		"nl": {Letter: 61, Wide: 233, Mark: 25, Digit: 345, Word: 96, Clause: 175, Sentence: 143},
		"pl": {Letter: 82, Wide: 233, Mark: 25, Digit: 345, Word: 69, Clause: 159, Sentence: 87},
		"ru": {Letter: 71, Wide: 233, Mark: 25, Digit: 345, Word: 17, Clause: 154, Sentence: 73},
		"uk": {Letter: 81, Wide: 233, Mark: 25, Digit: 345, Word: 100, Clause: 182, Sentence: 40},
		"ko": {Letter: 63, Wide: 213, Mark: 25, Digit: 490, Word: 19, Clause: 151, Sentence: 182},
		"zh": {Letter: 63, Wide: 319, Mark: 25, Digit: 396, Word: 0, Clause: 173, Sentence: 0},
		"hi": {Letter: 90, Wide: 233, Mark: 51, Digit: 245, Word: 101, Clause: 134, Sentence: 0},
		"ar": {Letter: 121, Wide: 233, Mark: 25, Digit: 630, Word: 38, Clause: 186, Sentence: 73},
		"vi": {Letter: 45, Wide: 233, Mark: 25, Digit: 345, Word: 121, Clause: 186, Sentence: 142},
		"id": {Letter: 84, Wide: 233, Mark: 25, Digit: 345, Word: 42, Clause: 137, Sentence: 117},
		"sw": {Letter: 98, Wide: 233, Mark: 25, Digit: 345, Word: 50, Clause: 131, Sentence: 77},
		"el": {Letter: 71, Wide: 233, Mark: 25, Digit: 345, Word: 31, Clause: 139, Sentence: 175},
		"tr": {Letter: 96, Wide: 233, Mark: 25, Digit: 345, Word: 21, Clause: 160, Sentence: 121},
		"ro": {Letter: 84, Wide: 233, Mark: 25, Digit: 345, Word: 49, Clause: 136, Sentence: 163},
		"sv": {Letter: 86, Wide: 233, Mark: 25, Digit: 345, Word: 22, Clause: 128, Sentence: 165},
		"bn": {Letter: 120, Wide: 233, Mark: 48, Digit: 345, Word: 68, Clause: 144, Sentence: 18},
		"ta": {Letter: 103, Wide: 233, Mark: 40, Digit: 345, Word: 28, Clause: 116, Sentence: 161},
		"te": {Letter: 127, Wide: 233, Mark: 44, Digit: 345, Word: 63, Clause: 130, Sentence: 239},
		"am": {Letter: 159, Wide: 233, Mark: 25, Digit: 345, Word: 36, Clause: 129, Sentence: 121},
		"ja": {Letter: 63, Wide: 160, Mark: 25, Digit: 400, Word: 0, Clause: 170, Sentence: 100},
		"ml": {Letter: 101, Wide: 230, Mark: 42, Digit: 340, Word: 40, Clause: 130, Sentence: 160},
	}
}

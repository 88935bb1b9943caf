package render

import (
	"unicode"

	"github.com/rivo/uniseg"
)

// Milliseconds of speech, a little above what espeak-ng takes at our rate, so
// that a reservation seldom falls short.
const (
	msPerLetter   = 67
	msPerWide     = 260 // a CJK character or a syllable of Hangul
	msPerDigit    = 360 // "1984" is four words or so
	msPerClause   = 160
	msPerSentence = 260 // its final fall; the pause between sentences is counted apart
	msLeast       = 500
)

// EstimateSpeechMS is how long a narrator needs for text, pauses between
// sentences included: near the truth, rather above than below.
func EstimateSpeechMS(text string) int64 {
	var total int64
	for i, sentence := range SplitSentences(text) {
		if i > 0 {
			total += SentencePauseMS
		}
		total += max(sentenceMS(sentence), msLeast)
	}
	return total
}

func sentenceMS(sentence string) int64 {
	total := int64(msPerSentence)
	for _, r := range sentence {
		switch {
		case unicode.IsDigit(r):
			total += msPerDigit
		case isClauseMark(string(r)):
			total += msPerClause
		case unicode.IsMark(r) || r == '\u200d':
		case uniseg.StringWidth(string(r)) > 1:
			total += msPerWide
		default:
			total += msPerLetter
		}
	}
	return total
}

// EstimateVideoMS is the length of a video whose scenes have these texts,
// title card and pauses included.
func EstimateVideoMS(scenes []string) int64 {
	frames := TitleFrames
	for _, text := range scenes {
		frames += LeadFrames + NarrationFrames(EstimateSpeechMS(text)) + TailFrames
	}
	return FramesMS(frames)
}

// A finished video takes about 0.0033 bytes per pixel and frame of drawn
// pictures, more of photographs; its sound 20 kB a second.
const (
	bytesPerPixel  = 0.005
	soundPerFrame  = 20_000 / FrameRate
	stillsEstimate = 300_000 // thumbnail and captions
)

// estimateBytes is about what a finished video and what belongs to it will take
// in storage, rather too much than too little.
func estimateBytes(f Frame, frames int) int64 {
	return int64(float64(f.Width*f.Height)*bytesPerPixel*float64(frames)) + int64(frames)*soundPerFrame + stillsEstimate
}

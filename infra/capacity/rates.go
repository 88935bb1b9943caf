package capacity

import (
	"context"
	"fmt"
	"math"
)

// What a render asks of the services that paint and read. A scene keeps its place from
// the first stroke of its picture to the end of its segment, and that is rather short
// and its text rather long here: a render that asks for less leaves room.
const (
	sceneSeconds   = 15
	sceneSentences = 5 // each is one request of a voice
)

// PollyRate is the neural requests a second of an account that nobody raised it for.
const PollyRate = 8

// Rates are what the account may ask of them; 0 is no bound: another engine does it
// here, or nobody knows.
type Rates struct {
	Pictures float64 // a minute
	Speech   float64 // requests a second
}

// rates are those of the services that the stack would use.
func (a Account) rates(ctx context.Context) Rates {
	var by Rates
	if a.Values["VoiceProvider"] == "polly" {
		by.Speech = PollyRate
		if perSecond, known := a.Speech(ctx); known {
			by.Speech = perSecond
		}
	}
	if a.Values["ImageProvider"] == "bedrock" {
		if model, _, err := a.Painter(ctx); err == nil && model != "" {
			by.Pictures, _ = a.PicturesAMinute(ctx, model)
		}
	}
	return by
}

// Speech is how many requests a second Polly takes; false when nobody knows.
func (a Account) Speech(ctx context.Context) (float64, bool) {
	return a.Rate(ctx, "polly", "SynthesizeSpeech", "neural")
}

// renders is how many, each of so many scenes at a time, ask for no more than that.
func (by Rates) renders(width int) int {
	most := math.Inf(1)
	if by.Pictures > 0 {
		most = min(most, by.Pictures*sceneSeconds/60/float64(width))
	}
	if by.Speech > 0 {
		most = min(most, by.Speech*sceneSeconds/sceneSentences/float64(width))
	}
	return int(min(most, math.MaxInt32))
}

// bound says which service takes renders away that the functions would have room for.
func (by Rates) bound(suits, alone Room) string {
	switch {
	case suits == alone:
		return ""
	case Rates{Pictures: by.Pictures}.renders(1) <= Rates{Speech: by.Speech}.renders(1):
		return fmt.Sprintf("; pictures suffice for %d renders at a time (%.0f a minute)", suits.Jobs, by.Pictures)
	}
	return fmt.Sprintf("; Polly suffices for %d renders at a time (%.0f requests a second)", suits.Jobs, by.Speech)
}

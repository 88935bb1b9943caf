package main

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

// rates are what the account may ask of them; 0 is no bound: another engine does it
// here, or nobody knows.
type rates struct {
	Pictures float64 // a minute
	Speech   float64 // requests a second
}

// ratesOf are those of the services that the stack would use.
func ratesOf(ctx context.Context, p place) rates {
	var by rates
	if p.Values["VoiceProvider"] == "polly" {
		by.Speech = pollyRate
		if perSecond, known := rate(ctx, p, "polly", "SynthesizeSpeech", "neural"); known {
			by.Speech = perSecond
		}
	}
	if p.Values["ImageProvider"] == "bedrock" {
		if model, _, err := paintedBy(ctx, p); err == nil && model != "" {
			by.Pictures, _ = picturesAMinute(ctx, p, model)
		}
	}
	return by
}

// renders is how many, each of so many scenes at a time, ask for no more than that.
func (by rates) renders(width int) int {
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
func (by rates) bound(suits, alone room) string {
	switch {
	case suits == alone:
		return ""
	case rates{Pictures: by.Pictures}.renders(1) <= rates{Speech: by.Speech}.renders(1):
		return fmt.Sprintf("; pictures suffice for %d renders at a time (%.0f a minute)", suits.Jobs, by.Pictures)
	}
	return fmt.Sprintf("; Polly suffices for %d renders at a time (%.0f requests a second)", suits.Jobs, by.Speech)
}

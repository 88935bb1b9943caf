// Package espeak reads text aloud with the espeak-ng library, which is loaded
// at run time: no C compiler is needed to build, and a machine without the
// library can do everything but speak.
package espeak

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Settings of a Speaker. They are not required to be set: without them every
// sentence fails, and the product goes on with captions alone.
type Settings struct {
	Library string `env:"ESPEAK_LIBRARY"` // path of libespeak-ng
	Data    string `env:"ESPEAK_DATA"`    // its espeak-ng-data folder
}

const (
	wordsPerMinute = 148 // calm; the engine's own default is 175
	silenceLevel   = 48  // samples below it at either end are cut off
	edgeMS         = 20  // what stays of the silence at both ends
)

// Speaker is the render.Speaker over espeak-ng. The library keeps its state in
// globals, so that one sentence is spoken at a time in the whole process; a
// sentence takes some milliseconds.
type Speaker struct {
	set  Settings
	load func() (*engine, error)
}

var _ render.Speaker = (*Speaker)(nil)

// New returns a speaker. The library is loaded when the first sentence is
// spoken; if that fails, every sentence fails with SpeechFailed.
func New(set Settings) *Speaker {
	return &Speaker{set: set, load: sync.OnceValues(func() (*engine, error) { return open(set) })}
}

// Voices implements render.Speaker.
func (s *Speaker) Voices() []voice.Voice { return voice.Offered(voice.Espeak) }

// oneAtATime guards the library's globals.
var oneAtATime sync.Mutex

// Speak implements render.Speaker. Text without a letter or digit gives a
// moment of silence.
func (s *Speaker) Speak(ctx context.Context, voiceID, sentence string) (render.Speech, error) {
	who, ok := find(voiceID)
	if !ok {
		return render.Speech{}, failed(fmt.Errorf("no voice %q", voiceID))
	}
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	if err := ctx.Err(); err != nil {
		return render.Speech{}, failed(err)
	}
	engine, err := s.load()
	if err != nil {
		return render.Speech{}, failed(err)
	}
	samples, err := engine.speak(ctx, who, clean(sentence))
	if err != nil {
		return render.Speech{}, failed(err)
	}
	samples = trim(samples, engine.rate*edgeMS/1000)
	if len(samples) == 0 {
		if strings.ContainsFunc(sentence, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return render.Speech{}, failed(errors.New("the engine made no sound"))
		}
		samples = make([]int16, engine.rate/3)
	}
	return render.Speech{Samples: samples, Rate: engine.rate}, nil
}

func failed(cause error) error {
	return problem.Wrap(problem.SpeechFailed, "The narration could not be made. Retry, or choose another voice.", cause)
}

// clean takes out what would end a C string or drive the engine by control codes.
func clean(sentence string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, sentence)
}

// trim cuts silence at both ends down to edge samples.
func trim(samples []int16, edge int) []int16 {
	loud := func(s int16) bool { return s > silenceLevel || s < -silenceLevel }
	from, to := 0, len(samples)
	for from < to && !loud(samples[from]) {
		from++
	}
	for to > from && !loud(samples[to-1]) {
		to--
	}
	if from == to {
		return nil
	}
	return samples[max(0, from-edge):min(len(samples), to+edge)]
}

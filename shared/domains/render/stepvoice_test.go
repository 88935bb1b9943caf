package render

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// plain reads at once and surely, at a rate of its own.
type plain struct{ rate int }

func (p plain) Voices() []voice.Voice { return voice.Offered(voice.Kokoro) }
func (p plain) Speak(context.Context, string, string) (Speech, error) {
	return Speech{Rate: p.rate, Samples: make([]int16, p.rate)}, nil
}

// star is a natural voice with an understudy: it takes its time to prepare, and for
// each sentence, and fails at one of them.
type star struct {
	plain
	loads, takes time.Duration
	missing      error
	failsAt      int // 0 is never
	said         *int
}

func (s star) Understudy() Speaker { return plain{rate: 22050} }
func (s star) Prepare(context.Context, string) error {
	time.Sleep(s.loads)
	return s.missing
}

func (s star) Speak(ctx context.Context, id, sentence string) (Speech, error) {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return Speech{}, problem.Wrap(problem.SpeechFailed, "The narration could not be made.", ctx.Err())
	}
	if *s.said++; *s.said == s.failsAt {
		return Speech{}, problem.New(problem.SpeechFailed, "The narration could not be made.")
	}
	return s.plain.Speak(ctx, id, sentence)
}

// In a bubble of synctest no time passes but that of the voices.
func TestTheUnderstudyReadsTheWholeScene(t *testing.T) {
	gone := problem.New(problem.SpeechFailed, "The natural voice is not available.")
	for name, c := range map[string]struct {
		star       star
		sentences  int
		understudy bool
	}{
		"all well":                  {star{}, 3, false},
		"slow, yet in time":         {star{takes: 70 * time.Second}, 3, false},
		"long to load":              {star{loads: 130 * time.Second, takes: 99 * time.Second}, 1, false},
		"fails at the last":         {star{failsAt: 3}, 3, true},
		"too slow for a sentence":   {star{takes: 101 * time.Second}, 1, true},
		"too slow for all together": {star{takes: 50 * time.Second}, 6, true},
		"not to be had":             {star{missing: gone}, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.star.rate, c.star.said = 24000, new(int)
				var sentences []reading.Sentence
				for i := range c.sentences {
					sentences = append(sentences, reading.Sentence{Shown: fmt.Sprintf("Line %d.", i), Spoken: fmt.Sprintf("Line %d.", i)})
				}
				step := VoiceStep{Worker: Worker{Warn: func(context.Context, error) {}}, Speaker: c.star}
				before := time.Now()
				speech, n, err := step.speak(t.Context(), &task{}, voice.Chain(c.star.Voices(), "grace", "en"), sentences)
				if !n.tried {
					t.Error("no voice was to read it")
				}
				if err != nil || n.Voice != "grace" || n.Understudy != c.understudy || len(n.Spoken) != c.sentences {
					t.Fatalf("read by %q, understudy %v, %d sentences, %v", n.Voice, n.Understudy, len(n.Spoken), err)
				}
				if want := map[bool]int{false: 24000, true: 22050}[c.understudy]; speech.Rate != want {
					t.Errorf("at %d Hz, want %d", speech.Rate, want)
				}
				if took := time.Since(before); took > 400*time.Second {
					t.Errorf("it took %s, and the step may take 420 s", took)
				}
			})
		})
	}
}

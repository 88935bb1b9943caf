package narrator

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
)

// reader answers with its own rate, so that one hears who spoke.
type reader struct {
	rate    int
	voices  []voice.Voice
	missing error
	failing error
}

func (r reader) Voices() []voice.Voice { return r.voices }
func (r reader) Ready() error          { return r.missing }
func (r reader) Speak(context.Context, string, string) (render.Speech, error) {
	return render.Speech{Rate: r.rate}, r.failing
}

func TestWhoReads(t *testing.T) {
	grace, _ := voice.Find("grace")
	lost := errors.New("no model")
	down := problem.New(problem.SpeechFailed, "The narration could not be made.")
	for _, c := range []struct {
		id               string
		missing, failing error
		rate             int // 0: nobody but the understudy
		warned           int
	}{
		{"grace", nil, nil, 24000, 0},
		{voice.Default, nil, nil, 24000, 0},
		{"johannes", nil, nil, 22050, 0}, // a voice that the natural one lacks
		{"johannes", lost, down, 22050, 0},
		{"nobody", nil, nil, 22050, 0},
		{"grace", nil, down, 0, 0},
		{"grace", lost, down, 0, 1},
	} {
		warned := 0
		n := &natural{
			voice: reader{rate: 24000, voices: []voice.Voice{grace}, missing: c.missing, failing: c.failing}, plain: reader{rate: 22050, voices: voice.Catalogue()},
			warn: func(context.Context, error) { warned++ },
		}
		for range 2 {
			if err := n.Prepare(t.Context(), c.id); (err != nil) != (c.rate == 0 && c.missing != nil) || err != nil && !problem.Is(err, problem.SpeechFailed) {
				t.Errorf("%s, %v: prepared with %v", c.id, c.missing, err)
			}
			// No sentence is read by another voice than the one before it.
			if speech, err := n.Speak(t.Context(), c.id, "Amen."); (err != nil) != (c.rate == 0) || err == nil && speech.Rate != c.rate {
				t.Errorf("%s, %v: read at %d, %v; want %d", c.id, c.missing, speech.Rate, err, c.rate)
			}
			if speech, err := n.Understudy().Speak(t.Context(), c.id, "Amen."); err != nil || speech.Rate != 22050 {
				t.Errorf("%s: the understudy reads at %d, %v", c.id, speech.Rate, err)
			}
		}
		if warned != c.warned {
			t.Errorf("%s, %v: warned %d times, want %d", c.id, c.missing, warned, c.warned)
		}
	}
}

// Every voice that the provider has is played by one of the two engines, the
// natural one has no other, and it leaves none of its languages to the plain one.
func TestEveryVoiceHasAnEngine(t *testing.T) {
	ids := func(all []voice.Voice) []string {
		var names []string
		for _, v := range all {
			names = append(names, v.ID)
		}
		return names
	}
	natural, plain := kokoro.New(kokoro.Settings{}, nil).Voices(), ids(espeak.New(espeak.Settings{}).Voices())
	offered := ids(voice.Offered(voice.Kokoro))
	languages := map[language.Language]bool{}
	for _, v := range natural {
		languages[v.Reads()] = true
		if !slices.Contains(offered, v.ID) {
			t.Errorf("the natural voice %s is not in the catalogue of its provider", v.ID)
		}
	}
	for _, v := range voice.Offered(voice.Kokoro) {
		has := slices.Contains(ids(natural), v.ID)
		if !slices.Contains(plain, v.ID) {
			t.Errorf("%s has no understudy", v.ID)
		}
		if languages[v.Reads()] != has {
			t.Errorf("%s of %s: a natural voice is %v", v.ID, v.Language, has)
		}
		if measured := voice.PaceOf(v, voice.Kokoro) != voice.PaceOf(v, voice.Espeak); measured != has {
			t.Errorf("%s: a natural voice is %v, a natural pace %v", v.ID, has, measured)
		}
	}
}

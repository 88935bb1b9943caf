package corpus

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// offBy is how far a quote may be from the charge, of each text and each metric.
const offBy = 0.10

// takes is what a video takes: pictures, milliseconds of speech and of video; or by
// what part of these a quote is off.
type takes struct{ pictures, speech, minutes float64 }

// off is by what part a quote is above or below the charge.
func (quoted takes) off(charged takes) takes {
	part := func(quoted, charged float64) float64 {
		if quoted == charged {
			return 0
		}
		return quoted/charged - 1 // all of it where nothing was charged
	}
	return takes{part(quoted.pictures, charged.pictures), part(quoted.speech, charged.speech), part(quoted.minutes, charged.minutes)}
}

// prices quotes texts as the product does, for a tenant who has taken nothing.
type prices struct{ estimator render.Estimator }

func pricesOf(p voice.Provider) prices {
	now := func() time.Time { return time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC) }
	return prices{render.NewEstimator(nothingTaken{}, metering.NewIntake(nil, metering.Quotas{}, metering.Slots{}, "", now), p)}
}

type nothingTaken struct{}

func (nothingTaken) TenantMonth(context.Context, tenant.ID, metering.Period) (tenant.Tenant, metering.Counter, error) {
	return tenant.Tenant{}, metering.Counter{}, nil
}

func (p prices) quoted(t *testing.T, x Text, voiceID string) takes {
	t.Helper()
	q, err := p.estimator.Estimate(t.Context(), "T", render.Source{
		Title: "A title", Voice: voiceID, Language: x.Language, Resolution: render.FullHD, Aspect: render.Landscape,
		Scenes: x.scenes(),
	})
	if err != nil {
		t.Fatalf("%s: %v", x.Language, err)
	}
	var all takes
	for _, line := range q.Metrics {
		switch line.Metric {
		case metering.ImagesCount:
			all.pictures = line.Needed
		case metering.TTSSeconds:
			all.speech = line.Needed * 1000
		case metering.RenderMinutes:
			all.minutes = line.Needed * 60_000
		}
	}
	return all
}

// scenes are one, or of a text of paragraphs one each, of which every third shows a
// picture of the user's own.
func (x Text) scenes() []render.SourceScene {
	if x.Kind != "paragraphs" {
		return []render.SourceScene{{Text: x.Text}}
	}
	var all []render.SourceScene
	for i, part := range strings.Split(x.Text, "\n\n") {
		scene := render.SourceScene{Text: part}
		if i%3 == 1 {
			scene.UploadID = "U"
		}
		all = append(all, scene)
	}
	return all
}

// charged is what a video of a text takes when it is made: a picture for each scene that
// names none, as the voice's step counts the narration, and as its shots are cut.
func charged(t *testing.T, engine render.Speaker, v voice.Voice, x Text) takes {
	t.Helper()
	var all takes
	frames := render.TitleFrames
	for i, scene := range x.scenes() {
		if scene.UploadID == "" {
			all.pictures++
		}
		ms, said := narrated(t, engine, v, scene.Text, x.Language)
		if said {
			all.speech += float64(ms)
		}
		frames += render.SceneShot(i+1, "", ms, nil).Frames - render.FadeFrames
	}
	all.minutes = float64(render.FramesMS(frames))
	return all
}

// narrated is how long a scene's narration is, and whether any of it is said.
func narrated(t *testing.T, engine render.Speaker, v voice.Voice, text string, l language.Language) (ms int64, said bool) {
	t.Helper()
	sentences := reading.Sentences(text, l)
	parts := make([]render.Speech, len(sentences))
	for i, s := range sentences {
		if s.Spoken == "" || v.ID == "" {
			continue
		}
		speech, err := engine.Speak(t.Context(), v.ID, s.Spoken)
		if err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
		parts[i], said = speech, true
	}
	if !said {
		return render.NarrationMS(render.Silent(sentences)), false
	}
	_, spoken, err := render.Join(sentences, parts)
	if err != nil {
		t.Fatalf("%s: %v", v.ID, err)
	}
	return render.NarrationMS(spoken), true
}

// price holds the quote of a text to what was charged for it.
func (r *row) price(t *testing.T, x Text, quoted, charged takes) {
	t.Helper()
	off := quoted.off(charged)
	r.priced++
	r.signed += off.speech
	beyond := false
	for _, m := range []struct {
		of    string
		worst *float64
		off   float64
	}{{"pictures", &r.worst.pictures, off.pictures}, {"speech", &r.worst.speech, off.speech}, {"minutes", &r.worst.minutes, off.minutes}} {
		*m.worst = max(*m.worst, math.Abs(m.off))
		if math.Abs(m.off) > offBy {
			beyond = true
			t.Errorf("prices are wrong: %s, %s: %s are quoted %+.1f %% off (%+v for %+v): %.60q", x.Language, x.Kind, m.of, 100*m.off, quoted, charged, x.Text)
		}
	}
	if beyond {
		r.off++
	}
}

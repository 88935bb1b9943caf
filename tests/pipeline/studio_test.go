package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// studio is everything that the steps of a render work with.
type studio struct {
	painter render.Painter
	// sketcher draws where painter has nobody; sketched hears of it.
	sketcher render.Painter
	sketched func(context.Context, error)
	speaker  render.Speaker
	denied   func(context.Context, error) // hears why a voice cannot be used
	encoder  render.Encoder
	timeout  time.Duration // of a picture
	every    time.Duration // between beats
	gone     func([]script.Font) []string
	names    render.FileNames
}

// state is what matters of a state of render.asl.json.
type state struct {
	Retry []struct {
		ErrorEquals                                   []string
		MaxAttempts                                   int
		IntervalSeconds, BackoffRate, MaxDelaySeconds float64
	}
	Type          string
	ItemProcessor struct{ States map[string]state }
	Branches      []struct{ States map[string]state }
}

// machine reads how the state machine retries, so that a test fails when the
// names of errors there and here part ways.
func machine(t *testing.T) map[string]state {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	harness.Must(t, err)
	raw, err := b.Definition("render")
	harness.Must(t, err)
	var asl struct{ States map[string]state }
	harness.Must(t, json.Unmarshal(raw, &asl))
	states := map[string]state{}
	gather(states, asl.States)
	return states
}

// gather lists states with those inside them.
func gather(into, states map[string]state) {
	for name, s := range states {
		into[name] = s
		gather(into, s.ItemProcessor.States)
		for _, branch := range s.Branches {
			gather(into, branch.States)
		}
	}
}

// Of each scene the voice is made while the picture is: neither waits for the other.
func TestVoiceAndPictureAreMadeSideBySide(t *testing.T) {
	of := machine(t)["Make"]
	var beside []string
	for _, branch := range of.Branches {
		for name := range branch.States {
			beside = append(beside, name)
		}
	}
	if of.Type != "Parallel" || !slices.Equal(beside, []string{"Image", "Voice"}) {
		t.Errorf("a %s of %v", of.Type, beside)
	}
}

// execution runs a job's present execution as the state machine would, one
// scene after the other and without waiting between retries.
func (w *world) execution(p parts, s studio, j render.Job) render.Job {
	w.t.Helper()
	states := machine(w.t)
	worker := render.Worker{Jobs: p.jobs, Files: p.files, TempDir: w.t.TempDir(), Now: p.now, Warn: p.warn, Every: s.every, Names: s.names}
	ctx := tenant.Doing(w.t.Context(), tenant.Render) // a step opens its tenant by itself
	in := workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: j.Attempt}
	settle := render.SettleStep{Settler: p.settler, Files: p.files}
	code := w.attempt(ctx, states, s, worker, p, in)
	end := workflow.Ending{Input: in}
	if code != "" {
		end.Error = &workflow.Caught{Error: code}
	}
	if _, err := settle.Run(ctx, end); err != nil {
		w.t.Fatalf("settle: %v", err)
	}
	ended, err := p.jobs.Job(w.ctx(), w.id, j.ID)
	harness.Must(w.t, err)
	return ended
}

// attempt returns the name of the error that ends the execution, "" on success.
func (w *world) attempt(ctx context.Context, states map[string]state, s studio, worker render.Worker, p parts, in workflow.Input) string {
	var plan render.Plan
	steps := []func() string{func() string {
		return w.try(states["Plan"], func() (err error) {
			plan, err = render.PlanStep{Worker: worker, Voices: s.speaker.Voices(), Gone: s.gone}.Run(ctx, in)
			return err
		})
	}}
	if code := steps[0](); code != "" {
		return code
	}
	image := render.ImageStep{Worker: worker, Images: p.images, Painter: s.painter, Sketcher: s.sketcher, Sketched: s.sketched, Timeout: s.timeout}
	voice := render.VoiceStep{Worker: worker, Speaker: s.speaker, Denied: s.denied, BusyWait: time.Millisecond}
	segment := render.SegmentStep{Worker: worker, Encoder: s.encoder, Voices: s.speaker.Voices()}
	for _, scene := range plan.Scenes {
		for _, step := range []struct {
			name string
			run  func(context.Context, render.StepInput) error
		}{{"Image", image.Run}, {"Voice", voice.Run}, {"Body", segment.Run}} {
			if code := w.try(states[step.name], func() error { return step.run(ctx, scene) }); code != "" {
				return code
			}
		}
	}
	for _, join := range plan.Joins {
		if code := w.try(states["Join"], func() error { return segment.Run(ctx, join) }); code != "" {
			return code
		}
	}
	return w.try(states["Assemble"], func() error { return render.AssembleStep{Worker: worker, Encoder: s.encoder}.Run(ctx, in) })
}

func (w *world) try(s state, run func() error) string {
	used := make([]int, len(s.Retry))
	for {
		err := run()
		if err == nil {
			return ""
		}
		code := problem.From(err).Name()
		w.t.Logf("step: %v", err)
		retrier := slices.IndexFunc(s.Retry, func(r struct {
			ErrorEquals                                   []string
			MaxAttempts                                   int
			IntervalSeconds, BackoffRate, MaxDelaySeconds float64
		}) bool {
			return slices.Contains(r.ErrorEquals, code)
		})
		if retrier < 0 || used[retrier] == s.Retry[retrier].MaxAttempts {
			return code
		}
		used[retrier]++
	}
}

// stamp is an Encoder that stamps small files instead of encoding.
type stamp struct {
	segment func(ctx context.Context, progress func(int)) error
}

func (e stamp) write(out string) error { return os.WriteFile(out, []byte("video"), 0o600) }

func (e stamp) Segment(ctx context.Context, _ render.SegmentSpec, out string, progress func(int)) error {
	if e.segment != nil {
		if err := e.segment(ctx, progress); err != nil {
			return err
		}
	}
	return e.write(out)
}

func (e stamp) Assemble(_ context.Context, spec render.AssembleSpec, out string, _ func(int)) error {
	for _, path := range spec.Segments {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	return e.write(out)
}

func (e stamp) Thumbnail(_ context.Context, _ string, _ int64, out string) error { return e.write(out) }

func (e stamp) Probe(context.Context, string) (render.MediaInfo, error) {
	return render.MediaInfo{}, errors.New("stamps cannot be probed")
}

// choir is a Speaker whose voices can be down.
type choir struct{ down []string }

func (c choir) Voices() []voice.Voice {
	return []voice.Voice{{ID: "anna", Language: "en-US"}, {ID: "carlos", Language: "es-ES"}, {ID: "ben", Language: "en-US"}}
}

func (c choir) Speak(_ context.Context, voice, sentence string) (render.Speech, error) {
	if slices.Contains(c.down, voice) {
		return render.Speech{}, problem.New(problem.SpeechFailed, "down")
	}
	return render.Speech{Samples: make([]int16, 100*len(sentence)), Rate: 16000}, nil
}

// crowded is a Speaker that others keep busy for some calls.
type crowded struct {
	choir
	busy atomic.Int32
}

func (c *crowded) Speak(ctx context.Context, voice, sentence string) (render.Speech, error) {
	if c.busy.Add(-1) >= 0 {
		return render.Speech{}, problem.New(problem.Unavailable, "busy")
	}
	return c.choir.Speak(ctx, voice, sentence)
}

// drawling is a Speaker that takes its time, and twice as long for each word.
type drawling struct {
	choir
	at, on chan struct{}
	once   sync.Once
}

func (d *drawling) Speak(ctx context.Context, voice, sentence string) (render.Speech, error) {
	d.once.Do(func() { close(d.at) })
	<-d.on
	return d.choir.Speak(ctx, voice, sentence+sentence)
}

// slowEasel never finishes by itself.
type slowEasel struct{ asked *int }

func (e slowEasel) Paint(ctx context.Context, _ string, _ render.Aspect) (render.Picture, error) {
	*e.asked++
	<-ctx.Done()
	return render.Picture{}, ctx.Err()
}

func plainStudio() studio {
	return studio{painter: easel{}, speaker: choir{}, encoder: stamp{}, timeout: time.Minute}
}

package pipeline

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/tests/harness"
)

// claimed is the claim of a POST with a key and a body.
func claimed(key, path, body string) idempotency.Claim {
	return idempotency.NewClaim("user", key, "POST", path, []byte(body))
}

// keyedWorld is a world in the far future: the store forgets expired claims by
// the real clock, and must not do so in the middle of a test.
func keyedWorld(t *testing.T, db harness.Database) *world {
	t.Helper()
	w := newWorldOn(t, db)
	w.clock.Set(time.Date(2099, 11, 12, 9, 0, 0, 0, time.UTC))
	return w
}

func wantReplay(t *testing.T, err error, subject string) {
	t.Helper()
	if got, ok := idempotency.Replayed(err); !ok || got != subject {
		t.Errorf("got %v, want the replay of %s", err, subject)
	}
}

func TestARepeatedRenderIsTheSameJob(t *testing.T) {
	harness.OnBothStores(t, aRepeatedRenderIsTheSameJob)
}

func aRepeatedRenderIsTheSameJob(t *testing.T, db harness.Database) {
	w := keyedWorld(t, db)
	p := w.process(nil)
	made := w.newProject(p, psalm)
	w.quotaFor(p, made.ID, 1)
	p = w.process(nil)
	claim := claimed("k", "/render", "")
	first, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, claim)
	harness.Must(t, err)

	// Nothing is left of the quota, and then the project is gone: no matter.
	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, claim)
	wantReplay(t, err, first.ID)
	harness.Must(t, p.drafts.Delete(w.ctx(), w.id, made.ID))
	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, claim)
	wantReplay(t, err, first.ID)
	again, err := p.admitter.Admitted(w.ctx(), w.id, first.ID)
	harness.Must(t, err)
	if again.ID != first.ID || again.Status != render.Queued || again.Attempt != 1 || !again.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("the replay says %+v, the answer was %+v", again, first)
	}

	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, claimed("k", "/render", "another body"))
	harness.WantCode(t, err, problem.IdempotencyKeyReused)
	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, claimed("k2", "/render", ""))
	harness.WantCode(t, err, problem.NotFound)
	if jobs := len(w.flow.all()); jobs != 1 {
		t.Errorf("%d jobs were started", jobs)
	}
	w.balanced()
}

func TestAKeyIsForgottenAfterADayAndIsItsTenantsOwn(t *testing.T) {
	harness.OnBothStores(t, aKeyIsForgottenAfterADayAndIsItsTenantsOwn)
}

func aKeyIsForgottenAfterADayAndIsItsTenantsOwn(t *testing.T, db harness.Database) {
	w := keyedWorld(t, db)
	p := w.process(nil)
	claim := claimed("k", "/projects", "{}")
	title := "Psalm 23"
	create := func(w *world) (project.Project, error) {
		return w.process(nil).projects.Create(w.ctx(), w.id, project.Draft{Title: &title}, claim)
	}
	first, err := create(w)
	harness.Must(t, err)
	w.clock.Forward(idempotency.Life - time.Minute)
	_, err = create(w)
	wantReplay(t, err, first.ID)
	if second, err := create(w.as(t)); err != nil || second.ID == first.ID {
		t.Errorf("another tenant's: %+v, %v", second, err)
	}
	w.clock.Forward(2 * time.Minute)
	second, err := create(w)
	harness.Must(t, err)
	if projects, _, err := p.projects.List(w.ctx(), w.id, 10, ""); err != nil || len(projects) != 2 || second.ID == first.ID {
		t.Errorf("%d projects, %v", len(projects), err)
	}
}

func TestARepeatedPreviewIsPaidOnce(t *testing.T) {
	harness.OnBothStores(t, aRepeatedPreviewIsPaidOnce)
}

func aRepeatedPreviewIsPaidOnce(t *testing.T, db harness.Database) {
	w := keyedWorld(t, db)
	p := w.process(nil)
	claim := claimed("k", "/images", "a lake")
	preview := func(painter render.Painter) (render.Image, string, error) {
		image, url, _, err := w.previewer(p, painter).Preview(w.ctx(), w.id, "a lake", render.Square, claim)
		return image, url, err
	}
	_, _, err := preview(easel{problem.New(problem.ImageFailed, "down")})
	harness.WantCode(t, err, problem.ImageFailed)

	// What failed was not done: the same request may try again.
	busy := &interrupted{at: make(chan struct{}), on: make(chan struct{})}
	done := make(chan render.Image)
	go func() {
		image, _, err := preview(busy)
		if err != nil {
			t.Errorf("the second try: %v", err)
		}
		done <- image
	}()
	<-busy.at
	_, _, err = preview(easel{})
	id, _ := idempotency.Replayed(err)
	_, _, err = w.previewer(p, easel{}).Again(w.ctx(), w.id, id)
	harness.WantCode(t, err, problem.IdempotencyInProgress)
	close(busy.on)
	image := <-done

	_, _, err = preview(easel{})
	wantReplay(t, err, image.ID)
	again, url, err := w.previewer(p, easel{}).Again(w.ctx(), w.id, image.ID)
	if err != nil || again.ID != image.ID || url == "" {
		t.Errorf("%+v %q %v", again, url, err)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1 || c.Reserved[metering.ImagesCount] != 0 {
		t.Errorf("%+v", c)
	}
}

// interrupted is a Painter that says when it is at work, and waits.
type interrupted struct{ at, on chan struct{} }

func (p *interrupted) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	close(p.at)
	<-p.on
	return easel{}.Paint(ctx, prompt, aspect)
}

func TestTwentyRepetitionsAtOnceAreOneRequest(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, func(t *testing.T, db harness.Database) {
		w := keyedWorld(t, db)
		w.slots.PerTenant = 100
		made := w.newProject(w.process(nil), psalm)
		claim := claimed("k", "/render", "")
		subjects := make([]string, 20)
		var all sync.WaitGroup
		for i := range subjects {
			p := w.process(nil)
			all.Go(func() {
				j, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, claim)
				if replayed, ok := idempotency.Replayed(err); ok {
					j.ID, err = replayed, nil
				}
				if err != nil {
					t.Errorf("neither done nor replayed: %v", err)
				}
				subjects[i] = j.ID
			})
		}
		all.Wait()
		for _, id := range subjects {
			if id != subjects[0] {
				t.Fatalf("two jobs for one request: %v", subjects)
			}
		}
		if len(w.flow.all()) != 1 {
			t.Errorf("%d executions", len(w.flow.all()))
		}
		w.balanced()
	})
}

// TestNoCallsFailureRepeatsARequest: every AWS call of a request with a key
// fails in turn; its caller then repeats it until there is an answer.
func TestNoCallsFailureRepeatsARequest(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, noCallsFailureRepeatsARequest)
}

func noCallsFailureRepeatsARequest(t *testing.T, db harness.Database) {
	t.Parallel() // beside the other store: each is a chain of calls that waits for its own
	shared := keyedWorld(t, db)
	for name, request := range map[string]func(w *world, p parts, projectID string, claim idempotency.Claim) error{
		"render": func(w *world, p parts, projectID string, claim idempotency.Claim) error {
			_, _, err := p.admitter.Render(w.ctx(), w.id, projectID, claim)
			if id, ok := idempotency.Replayed(err); ok {
				_, err = p.admitter.Admitted(w.ctx(), w.id, id)
			}
			return err
		},
		"preview": func(w *world, p parts, _ string, claim idempotency.Claim) error {
			previewer := w.previewer(p, easel{})
			_, _, _, err := previewer.Preview(w.ctx(), w.id, "a lake", render.Square, claim)
			if id, ok := idempotency.Replayed(err); ok {
				_, _, err = previewer.Again(w.ctx(), w.id, id)
			}
			return err
		},
		"create": func(w *world, p parts, _ string, claim idempotency.Claim) error {
			title := "Psalm 23"
			_, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title}, claim)
			if id, ok := idempotency.Replayed(err); ok {
				_, err = p.projects.Get(w.ctx(), w.id, id)
			}
			return err
		},
	} {
		ways := harness.Ways(kinds(db, calls.LostBefore, calls.LostAfter, calls.Throttled, calls.KillBefore, calls.KillAfter)...)
		harness.Sweep{Flow: name, Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			w := shared.as(t)
			projectID := w.newProject(w.process(nil), psalm).ID
			faults := calls.Plant(plan...).OnKill(func() {})
			claim := claimed("k", "/"+name, "")
			first := request(w, w.process(faults), projectID, claim)
			err := request(w, w.process(nil), projectID, claim)
			if problem.Is(err, problem.IdempotencyInProgress) { // a dead process leaves its picture to the sweeper
				w.settleAll()
				err = request(w, w.process(nil), projectID, claim)
			}
			if err != nil {
				t.Errorf("first %v, repeated: %v", first, err)
			}
			w.settleAll()
			w.doneOnce(name)
			return faults
		})
	}
}

func (w *world) doneOnce(name string) {
	w.t.Helper()
	p := w.process(nil)
	jobs, _, err := p.jobs.Jobs(w.ctx(), w.id, 10, "")
	harness.Must(w.t, err)
	projects, _, err := p.projects.List(w.ctx(), w.id, 10, "")
	harness.Must(w.t, err)
	counter := w.balanced()
	wantJobs, wantProjects, wantImages := 0, 1, int64(0)
	switch name {
	case "render":
		wantJobs, wantImages = 1, 1
	case "preview":
		wantImages = 1
	case "create":
		wantProjects = 2
	}
	if len(jobs) != wantJobs || len(projects) != wantProjects || counter.Taken[metering.ImagesCount] != wantImages {
		w.t.Errorf("%s: %d jobs, %d projects, %d images", name, len(jobs), len(projects), counter.Taken[metering.ImagesCount])
	}
}

func TestAForeignClaimTellsNothing(t *testing.T) {
	harness.OnBothStores(t, aForeignClaimTellsNothing)
}

func aForeignClaimTellsNothing(t *testing.T, db harness.Database) {
	w := keyedWorld(t, db)
	made := w.newProject(w.process(nil), psalm)
	claim := claimed("k", "/render", "")
	_, _, err := w.process(nil).admitter.Render(w.ctx(), w.id, made.ID, claim)
	harness.Must(t, err)
	other := w.as(t)
	_, _, err = other.process(nil).admitter.Render(other.ctx(), other.id, made.ID, claim)
	harness.WantCode(t, err, problem.NotFound)
	var replay *idempotency.Replay
	if errors.As(err, &replay) {
		t.Error("another tenant's job was replayed")
	}
}

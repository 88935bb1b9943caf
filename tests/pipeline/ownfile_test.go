package pipeline

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

// named calls every file alike; none is there.
type named string

func (n named) UploadName(context.Context, tenant.ID, string) (string, error) { return string(n), nil }

func (named) UploadDeleted(context.Context, tenant.ID, string) (bool, error) { return true, nil }

func (named) PreviewDeleted(context.Context, tenant.ID, string) (bool, error) { return true, nil }

// blind is an encoder that cannot read one picture.
type blind struct {
	stamp
	object string // what the picture holds
}

func (b blind) Segment(ctx context.Context, spec render.SegmentSpec, out string, progress func(int)) error {
	for _, shot := range spec.Shots {
		if holds(shot.Image, b.object) {
			p := problem.New(problem.ImageFailed, "The picture cannot be read.").With(render.MemberScene, shot.Index)
			p.Final = true
			return p
		}
	}
	return b.stamp.Segment(ctx, spec, out, progress)
}

func holds(path, what string) bool {
	data, err := os.ReadFile(path)
	return err == nil && string(data) == what
}

// TestAnOwnPictureThatFailsIsNamedAndLeftOutOfTheRetry: the attempt is 422 and names
// the file; it costs nothing when the file cannot be read, and what was made when its
// owner deleted it, whatever he called it. The retry paints a picture in its place,
// says so, and pays for everything once.
func TestAnOwnPictureThatFailsIsNamedAndLeftOutOfTheRetry(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	broken := w.uploaded(p, []byte("broken"))
	const free = "Nothing was charged. A retry leaves it out and paints one from the scene's description; or choose another picture in the project, then make a new video."
	for name, c := range map[string]struct {
		upload, called, why string
		pictures            int64
	}{
		"gone":                {tenant.NewID(), "hill.jpg", "was deleted", 1},
		"gone, and called so": {tenant.NewID(), "” can no longer be read. " + free, "was deleted", 1},
		"cannot be read":      {broken, "hill.jpg", "can no longer be read", 0},
	} {
		t.Run(name, func(t *testing.T) {
			before := w.balanced()
			j := w.render(p, w.newProject(p, psalm, psalm).ID)
			w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[1].UploadID = c.upload })
			s := plainStudio()
			s.encoder, s.names = blind{object: "broken"}, named(c.called)
			j = w.execution(p, s, j)
			if j.Status != render.Failed || j.Failure.Code != problem.UploadRejected || problem.Status(j.Failure.Code) != 422 {
				t.Fatalf("%s %+v", j.Status, j.Failure)
			}
			said := "Scene 2: Your picture “" + c.called + "” " + c.why + ". "
			if rest, ok := strings.CutPrefix(j.Failure.Detail, said); !ok || !strings.Contains(rest, "retry leaves it out") || strings.Contains(rest, "charged") != (c.pictures == 0) {
				t.Errorf("%q", j.Failure.Detail)
			}
			after := w.balanced()
			took := after.Taken.Minus(before.Taken)
			if took[metering.ImagesCount] != c.pictures || (took[metering.TTSSeconds] == 0) != (c.pictures == 0) || !after.Reserved.Zero() {
				t.Errorf("the attempt took %v", took)
			}
			j, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
			harness.Must(t, err)
			j = w.execution(p, s, j)
			if j.Status != render.Succeeded || len(j.Warnings) != 1 || j.Warnings[0].Code != render.WarnLeftOut || j.Warnings[0].Scene != 2 {
				t.Fatalf("%s %+v %+v", j.Status, j.Failure, j.Warnings)
			}
			if c := w.balanced(); c.Taken[metering.ImagesCount]-before.Taken[metering.ImagesCount] != 2 || !c.Reserved.Zero() {
				t.Errorf("%d pictures are charged", c.Taken[metering.ImagesCount]-before.Taken[metering.ImagesCount])
			}
		})
	}
}

// TestAPhotographOfManyScenesIsLeftOutOfAll: a deleted photograph that five scenes show
// ends the attempt at the first; the retry does not ask for it anywhere, nor for music
// that is gone.
func TestAPhotographOfManyScenesIsLeftOutOfAll(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm, psalm, psalm, psalm).ID)
	photograph := tenant.NewID()
	w.rewrite(p, j.ID, func(s *render.Source) {
		for i := range s.Scenes {
			s.Scenes[i].UploadID = photograph
		}
		s.MusicUploadID = tenant.NewID()
	})
	if j = w.execution(p, plainStudio(), j); j.Failure == nil || j.Failure.Code != problem.UploadRejected {
		t.Fatalf("%s %+v", j.Status, j.Failure)
	}
	j, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.Must(t, err)
	j = w.execution(p, plainStudio(), j)
	said := map[string]int{}
	for _, warning := range j.Warnings {
		said[warning.Code]++
	}
	if j.Status != render.Succeeded || said[render.WarnLeftOut] != 5 || said[render.WarnMusicSkipped] != 1 {
		t.Fatalf("%s %+v %+v", j.Status, j.Failure, j.Warnings)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 5 || !c.Reserved.Zero() {
		t.Errorf("%+v", c)
	}
}

// dying is a store of jobs whose caller dies once with a warning, before it is written
// or after.
type dying struct {
	render.JobStore
	before bool
	died   *bool
}

func (d dying) RecordWarning(ctx context.Context, id tenant.ID, jobID string, attempt int, warning render.Warning) error {
	first := !*d.died
	*d.died = true
	if !first || !d.before {
		if err := d.JobStore.RecordWarning(ctx, id, jobID, attempt, warning); err != nil {
			return err
		}
	}
	if first {
		return problem.New(problem.Unavailable, "dead")
	}
	return nil
}

// dies runs a job's execution, one of whose steps dies with its warning and comes again.
func (w *world) dies(p parts, s studio, j render.Job, before bool) render.Job {
	w.t.Helper()
	died := false
	worker := render.Worker{Jobs: dying{p.jobs, before, &died}, Files: p.files, TempDir: w.t.TempDir(), Now: p.now, Warn: p.warn}
	in := workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: j.Attempt}
	ctx := tenant.Doing(w.t.Context(), tenant.Render)
	end := workflow.Ending{Input: in}
	if code := w.attempt(ctx, machine(w.t), s, worker, p, in); code != "" {
		end.Error = &workflow.Caught{Error: code}
	}
	_, err := render.SettleStep{Settler: p.settler, Files: p.files}.Run(ctx, end)
	harness.Must(w.t, err)
	ended, err := p.jobs.Job(w.ctx(), w.id, j.ID)
	harness.Must(w.t, err)
	if !died {
		w.t.Error("nothing died")
	}
	return ended
}

// TestAStepThatDiesWithItsWarningDoesAsItSaid: one that comes again after a picture of
// its owner's failed fails anew, and paints nothing that no quote named; one that drew
// a picture has it drawn, not paid, and told.
func TestAStepThatDiesWithItsWarningDoesAsItSaid(t *testing.T) {
	for name, before := range map[string]bool{"before it is written": true, "after": false} {
		t.Run("left out, "+name, func(t *testing.T) {
			w := newWorld(t)
			p := w.process(nil)
			j := w.render(p, w.newProject(p, psalm).ID)
			w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[0].UploadID = tenant.NewID() })
			s, painted := plainStudio(), 0
			s.painter = counting{painted: &painted}
			j = w.dies(p, s, j, before)
			if j.Status != render.Failed || j.Failure.Code != problem.UploadRejected || painted != 0 {
				t.Errorf("%s %+v, %d pictures painted", j.Status, j.Failure, painted)
			}
			if c := w.balanced(); c.Taken[metering.ImagesCount] != 0 {
				t.Errorf("%+v", c)
			}
		})
		t.Run("drawn, "+name, func(t *testing.T) {
			w := newWorld(t)
			p := w.process(nil)
			s, asked := plainStudio(), 0
			s.painter, s.sketcher = recovering{asked: &asked}, easel{}
			j := w.dies(p, s, w.render(p, w.newProject(p, psalm).ID), before)
			if j.Status != render.Succeeded || asked != 1 || len(j.Warnings) != 1 || j.Warnings[0].Code != render.WarnPictureDrawn {
				t.Errorf("%s %+v %+v, asked %d times", j.Status, j.Failure, j.Warnings, asked)
			}
			if c := w.balanced(); c.Taken[metering.ImagesCount] != 0 {
				t.Errorf("%+v", c)
			}
		})
	}
}

// recovering is a Painter that nobody serves at first.
type recovering struct {
	easel
	asked *int
}

func (r recovering) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	if *r.asked++; *r.asked == 1 {
		return render.Picture{}, render.NoPainter(nil)
	}
	return r.easel.Paint(ctx, prompt, aspect)
}

package pipeline

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// drawn makes a preview for a draft; "" is none.
func (w *world) drawn(p parts, projectID string) render.Image {
	w.t.Helper()
	image, _, _, err := w.previewer(p, easel{}).For(projectID).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.Must(w.t, err)
	return image
}

// show gives a draft one scene for each preview.
func (w *world) show(p parts, draft project.Project, images ...render.Image) {
	w.t.Helper()
	scenes := []project.Scene{}
	for _, i := range images {
		scenes = append(scenes, project.Scene{Text: psalm, ImageID: i.ID})
	}
	_, err := p.projects.Update(w.ctx(), w.id, draft.ID, draft.Version, project.Draft{Scenes: &scenes})
	harness.Must(w.t, err)
}

// listed are the previews of a draft, by their ids; "" is all.
func (w *world) listed(p parts, projectID string) []string {
	w.t.Helper()
	previews := project.NewPreviews(dynamo.NewProjects(p.store), p.album)
	var all []string
	for after := ""; ; {
		page, next, err := previews.List(w.ctx(), w.id, projectID, 2, after)
		harness.Must(w.t, err)
		for _, shown := range page {
			if shown.URL == "" {
				w.t.Errorf("%s has no link", shown.Image.ID)
			}
			all = append(all, shown.Image.ID)
		}
		if after = next; next == "" {
			return all
		}
	}
}

func (w *world) lists(p parts, projectID string, want ...render.Image) {
	w.t.Helper()
	got, ids := w.listed(p, projectID), []string{}
	for _, i := range want {
		ids = append(ids, i.ID)
	}
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		w.t.Errorf("of %q are listed\n%v, want\n%v", projectID, got, ids)
	}
	if stored := w.stored(); projectID == "" && stored != int64(7*len(want)) {
		w.t.Errorf("%d bytes are stored of %d pictures of 7", stored, len(want))
	}
}

// departures counts what is still to be done of deletions.
func (w *world) departures() int {
	w.t.Helper()
	p, n := w.process(nil), 0
	for _, kind := range []openwork.Kind{openwork.Departure, openwork.ImageDeletion} {
		page, _, err := p.sweeper.Index.Overdue(tenant.WithSweep(w.t.Context()), kind, w.clock.Now().Add(1000*time.Hour), "")
		harness.Must(w.t, err)
		for _, work := range page {
			if work.Tenant == w.id {
				n++
			}
		}
	}
	return n
}

func TestADraftsPreviewsGoWithIt(t *testing.T) { harness.OnBothStores(t, aDraftsPreviewsGoWithIt) }

func aDraftsPreviewsGoWithIt(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	leaving, other := w.newProject(p, psalm), w.newProject(p, psalm)
	// As all previews were before there was a project in them: listed, of no draft.
	older, olderShown := w.drawn(p, ""), w.drawn(p, "")
	own, ownShown, lent := w.drawn(p, leaving.ID), w.drawn(p, leaving.ID), w.drawn(p, leaving.ID)
	others := w.drawn(p, other.ID)
	w.show(p, leaving, ownShown, olderShown, others)
	w.show(p, other, lent)
	rendered := w.newProject(p, psalm)
	inJob := w.drawn(p, leaving.ID)
	w.show(p, rendered, inJob)
	job := w.render(p, rendered.ID)
	harness.Must(t, p.drafts.Delete(w.ctx(), w.id, rendered.ID)) // it only showed that one
	w.lists(p, "", older, olderShown, own, ownShown, lent, others, inJob)
	w.lists(p, leaving.ID, own, ownShown, lent, inJob, olderShown, others)
	w.lists(p, other.ID, others, lent)
	w.lists(p, tenant.NewID())

	harness.Must(t, p.drafts.Delete(w.ctx(), w.id, leaving.ID))
	w.lists(p, "", older, lent, others, inJob)
	harness.Must(t, p.drafts.Delete(w.ctx(), w.id, leaving.ID)) // still at work: the render has not ended
	w.clock.Forward(6 * time.Minute)
	w.sweep(p)
	w.lists(p, "", older, lent, others, inJob)
	_, err := p.settler.Cancel(w.ctx(), w.id, job.ID)
	harness.Must(t, err)
	w.clock.Forward(6 * time.Minute)
	w.sweep(p)
	w.lists(p, "", older, lent, others)
	if n := w.departures(); n != 0 {
		t.Errorf("%d deletions are open", n)
	}
	harness.WantCode(t, p.drafts.Delete(w.ctx(), w.id, leaving.ID), problem.NotFound)

	harness.Must(t, p.drafts.Delete(w.ctx(), w.id, other.ID)) // with what the first draft had lent it
	w.lists(p, "", older)
	harness.Must(t, p.album.Delete(w.ctx(), w.id, older.ID))
	w.lists(p, "")
	if warned := w.warned.All(); len(warned) != 0 {
		t.Errorf("warnings: %v", warned)
	}
}

// deleting is a painter who deletes the draft that the picture is for.
type deleting struct {
	easel
	now func()
}

func (d deleting) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	d.now()
	return d.easel.Paint(ctx, prompt, aspect)
}

func TestAPreviewThatIsMadeWhileItsDraftGoesFollowsIt(t *testing.T) {
	harness.OnBothStores(t, aPreviewThatIsMadeWhileItsDraftGoesFollowsIt)
}

func aPreviewThatIsMadeWhileItsDraftGoesFollowsIt(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	draft := w.newProject(p, psalm)
	meanwhile := deleting{now: func() { harness.Must(t, p.drafts.Delete(w.ctx(), w.id, draft.ID)) }}
	image, _, _, err := w.previewer(p, meanwhile).For(draft.ID).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.Must(t, err) // it was asked for, and is paid
	w.lists(p, "", image)
	w.clock.Forward(6 * time.Minute)
	w.sweep(p)
	w.lists(p, "")
	if n := w.departures() + w.openWork(); n != 0 {
		t.Errorf("%d entries of open work are left", n)
	}
	// The next one for it is refused, and takes nothing.
	before := w.balanced()
	for _, id := range []string{draft.ID, tenant.NewID(), "nothing"} {
		_, _, _, err = w.previewer(p, easel{}).For(id).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
		if got := harness.WantCode(t, err, problem.InvalidInput); len(got.Fields) != 1 || got.Fields[0].Field != "project_id" {
			t.Errorf("%+v", got.Fields)
		}
	}
	if after := w.balanced(); !after.Taken.Minus(before.Taken).Zero() {
		t.Errorf("%v was taken, then %v", before.Taken, after.Taken)
	}
}

func TestNoFailureLosesADraftsPreviews(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, noFailureLosesADraftsPreviews)
}

func noFailureLosesADraftsPreviews(t *testing.T, db harness.Database) {
	t.Parallel() // beside the other store: each is a chain of calls that waits for its own
	shared := newWorldOn(t, db)
	ways := harness.WaysForEver(kinds(db, calls.LostAfter, calls.LostBefore, calls.Throttled, calls.KillBefore, calls.KillAfter)...)
	harness.Sweep{Flow: "delete a draft with previews", Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		faults := calls.Plant(plan...).OnKill(func() {})
		shared.as(t).deleteDraftUnder(faults)
		return faults
	})
}

// deleteDraftUnder deletes a draft with two previews in a process in which calls
// fail, then lets the sweeper finish.
func (w *world) deleteDraftUnder(faults *calls.Faults) {
	w.t.Helper()
	sane := w.process(nil)
	draft := w.newProject(sane, psalm)
	shown, kept := w.drawn(sane, draft.ID), w.drawn(sane, "")
	w.drawn(sane, draft.ID)
	w.show(sane, draft, shown)
	first := w.process(faults).drafts.Delete(w.ctx(), w.id, draft.ID)
	w.clock.Forward(2 * time.Minute)
	w.sweep(sane)
	switch _, err := sane.projects.Get(w.ctx(), w.id, draft.ID); {
	case err == nil && first == nil:
		w.t.Error("the draft is there, and was said to be deleted")
	case err == nil: // nothing had happened: its owner asks again
		harness.Must(w.t, sane.drafts.Delete(w.ctx(), w.id, draft.ID))
	default:
		harness.WantCode(w.t, err, problem.NotFound)
		harness.WantCode(w.t, sane.drafts.Delete(w.ctx(), w.id, draft.ID), problem.NotFound)
	}
	w.lists(sane, "", kept)
	if n := w.departures(); n != 0 {
		w.t.Errorf("%d deletions are open", n)
	}
}

// TestADraftsDeletionRaces a second one, the deletion of one of its previews, a
// render of it, a preview for it, its autosave and the bucket's events.
func TestADraftsDeletionRaces(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 10, aDraftsDeletionRaces)
}

func aDraftsDeletionRaces(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	draft := w.newProject(p, psalm)
	shown, plain := w.drawn(p, draft.ID), w.drawn(p, draft.ID)
	w.show(p, draft, shown)
	event := func(i render.Image) storage.Event {
		var e storage.Event
		e.Detail.Object.Key = tenant.ObjectKey(w.id, i.Object)
		return e
	}
	corrector := storage.NewCorrector(dynamo.NewStorage(p.store), p.files, nil, p.now, nil) // the account is there
	title, deletes := "Another title", func() error { return w.process(nil).drafts.Delete(w.ctx(), w.id, draft.ID) }
	var all sync.WaitGroup
	for what, call := range map[string]func() error{
		"first": deletes, "second": deletes, "third": deletes,
		"preview": func() error { return p.album.Delete(w.ctx(), w.id, plain.ID) },
		"created": func() error { return corrector.Handle(w.ctx(), event(shown)) },
		"deleted": func() error { return corrector.Handle(w.ctx(), event(plain)) },
		"autosave": func() error {
			_, err := p.projects.Update(w.ctx(), w.id, draft.ID, 2, project.Draft{Title: &title})
			return err
		},
		"render": func() error { _, _, err := p.admitter.Render(w.ctx(), w.id, draft.ID, idempotency.Claim{}); return err },
		"another": func() error {
			_, _, _, err := w.previewer(p, easel{}).For(draft.ID).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
			return err
		},
	} {
		all.Go(func() {
			err := call()
			for _, code := range []problem.Code{problem.NotFound, problem.InvalidInput, problem.ProjectNotReady, problem.PreconditionFailed} {
				if problem.Is(err, code) {
					return // too late
				}
			}
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
		})
	}
	all.Wait()
	jobs, _, err := p.jobs.Jobs(w.ctx(), w.id, 10, "")
	harness.Must(t, err)
	for _, j := range jobs {
		_, err := p.settler.Cancel(w.ctx(), w.id, j.ID)
		harness.Must(t, err)
	}
	w.clock.Forward(10 * time.Minute)
	w.sweep(p)
	w.lists(p, "")
	_, err = p.projects.Get(w.ctx(), w.id, draft.ID)
	harness.WantCode(t, err, problem.NotFound)
	if n := w.departures(); n != 0 {
		t.Errorf("%d deletions are open", n)
	}
}

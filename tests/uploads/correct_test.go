package uploads

import (
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) put(p process, name string, size int) {
	w.t.Helper()
	harness.Must(w.t, p.files.PutBytes(w.ctx(), w.id, name, make([]byte, size), "image/png"))
}

func (w *world) corrections() int {
	w.t.Helper()
	n := 0
	for _, row := range w.ledger() {
		if row.Number < 0 {
			n++
		}
	}
	return n
}

func TestWhatIsCountedFollowsTheBucket(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	name := render.UploadObject(u.ID)
	harness.Must(t, w.hear(p, name)) // nothing has changed
	w.want(1, u.Size)
	for nth, size := range []int{5000, 70, 70, 900} {
		w.put(p, name, size)
		var all sync.WaitGroup
		for range 4 { // events come twice, and at once
			q := w.process(nil)
			all.Go(func() {
				if err := w.hear(q, name); err != nil {
					t.Errorf("hear: %v", err)
				}
			})
		}
		all.Wait()
		w.want(1, int64(size))
		if n, want := w.corrections(), []int{1, 2, 2, 3}[nth]; n != want {
			t.Errorf("%d corrections, want %d", n, want)
		}
	}
	w.clock.Forward(30 * 24 * time.Hour)
	harness.Must(t, p.files.Remove(w.ctx(), w.id, name)) // by hand
	harness.Must(t, w.hear(p, name))
	harness.Must(t, w.hear(p, name))
	if c := w.settled(); c.Taken[metering.StorageMB] != 0 || w.corrections() != 4 {
		t.Errorf("%d corrections: %+v", w.corrections(), c)
	}
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID))
	harness.Must(t, w.hear(p, name))
	if c := w.settled(); c.Taken[metering.StorageMB] != 0 {
		t.Errorf("%+v", c)
	}
}

func TestACorrectedUploadGivesBackWhatItHas(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	w.put(p, render.UploadObject(u.ID), 123_456)
	harness.Must(t, w.hear(p, render.UploadObject(u.ID)))
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID))
	w.want(1, 0)
}

func TestWhatBelongsToNobodyIsRemoved(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	for _, name := range []string{"incoming/" + tenant.NewID(), "uploads/" + tenant.NewID()} {
		w.put(p, name, 10)
		harness.Must(t, w.hear(p, name))
	}
	w.want(0, 0)
}

func TestEventsThatDoNotCountChangeNothing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	for _, name := range []string{
		"jobs/" + tenant.NewID() + "/parts/1/video.mp4", "jobs/" + tenant.NewID() + "/video.mp4", "images/" + tenant.NewID(),
		"uploads/" + u.ID + "/x", "incoming/" + u.ID + "/x", "uploads/x", "exports/" + tenant.NewID(), "x",
	} {
		harness.Must(t, w.hear(p, name))
	}
	harness.WantCode(t, p.corrector.Handle(t.Context(), storage.Event{}), problem.InvalidInput)
	w.want(1, u.Size)
}

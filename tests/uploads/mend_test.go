package uploads

import (
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

func TestWhatNeverArrivedIsGivenUp(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	u, form := w.open(p, f)
	w.clock.Forward(29 * time.Minute)
	if report := w.sweep(p); report.Done[openwork.Upload] != 0 {
		t.Errorf("not due yet: %+v", report)
	}
	w.clock.Forward(2 * time.Minute)
	if report := w.sweep(p); report.Done[openwork.Upload] != 1 || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	w.want(0, 0)
	_, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.UploadRejected)

	w.post(form, f) // now it comes
	harness.Must(t, w.hear(p, upload.IncomingObject(u.ID)))
	w.want(0, 0)
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID))
	_, err = p.shelf.Get(w.ctx(), w.id, u.ID)
	harness.WantCode(t, err, problem.NotFound)
	w.want(0, 0)
}

func TestWhatArrivedIsCompletedByTheSweeper(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	good, bad := pngOf(32, 32), pngOf(64, 64).cut(100)
	u, form := w.open(p, good)
	w.post(form, good)
	v, form := w.open(p, bad)
	w.post(form, bad)
	harness.Must(t, w.hear(p, upload.IncomingObject(u.ID))) // its completion is still to come
	w.clock.Forward(31 * time.Minute)
	if report := w.sweep(p); report.Done[openwork.Upload] != 2 || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	for id, status := range map[string]upload.Status{u.ID: upload.Ready, v.ID: upload.Rejected} {
		if shown, err := p.shelf.Get(w.ctx(), w.id, id); err != nil || shown.Upload.Status != status {
			t.Errorf("%+v %v, want %s", shown, err, status)
		}
	}
	w.want(1, int64(len(good.data)))
	if report := w.sweep(p); report.Done[openwork.Upload] != 0 {
		t.Errorf("still open: %+v", report)
	}
}

func TestDeletingGivesBackOnce(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	pending, form := w.open(p, f)
	w.post(form, f)
	for _, u := range []upload.Upload{pending, w.ready(p, f)} {
		var all sync.WaitGroup
		for range 6 {
			q := w.process(nil)
			all.Go(func() {
				if err := q.shelf.Delete(w.ctx(), w.id, u.ID); err != nil && !problem.Is(err, problem.NotFound) {
					t.Errorf("delete: %v", err)
				}
			})
		}
		all.Wait()
		harness.WantCode(t, p.shelf.Delete(w.ctx(), w.id, u.ID), problem.NotFound)
		_, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
		harness.WantCode(t, err, problem.NotFound)
	}
	w.want(1, 0) // the upload stays used, what was only announced does not
}

func TestADeletionInALaterMonthGivesBackThere(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	kept := w.ready(p, f)
	announced, _ := w.open(p, f)
	w.clock.Forward(30 * 24 * time.Hour)
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, kept.ID))
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, announced.ID))
	w.want(0, 0) // of December; storage of all months
}

// TestCompletingAndDeletingAtOnce: whoever is first, nothing is left that is not
// counted, once the bucket's events were heard.
func TestCompletingAndDeletingAtOnce(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	f := pngOf(32, 32)
	for range 12 {
		u, form := w.open(w.process(nil), f)
		w.post(form, f)
		var all sync.WaitGroup
		p, q := w.process(nil), w.process(nil)
		all.Go(func() {
			if _, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{}); err != nil && !problem.Is(err, problem.NotFound) {
				t.Errorf("complete: %v", err)
			}
		})
		all.Go(func() { harness.Must(t, q.shelf.Delete(w.ctx(), w.id, u.ID)) })
		all.Wait()
		for name := range w.objects() {
			harness.Must(t, w.hear(q, name))
		}
	}
	if c := w.settled(); c.Taken[metering.StorageMB] != 0 {
		t.Errorf("%+v", c)
	}
}

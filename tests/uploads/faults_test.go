package uploads

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// ledger reads the rows of all months.
func (w *world) ledger() []metering.Row {
	w.t.Helper()
	meters := dynamo.NewMetering(w.process(nil).store)
	months, err := meters.Months(w.ctx(), w.id)
	harness.Must(w.t, err)
	var all []metering.Row
	for _, month := range months {
		rows, err := meters.Ledger(w.ctx(), w.id, month.Period)
		harness.Must(w.t, err)
		all = append(all, rows...)
	}
	return all
}

// act is one request or event whose calls fail. Each may be repeated until it is
// done; what it needs is made before, by a process in which nothing fails.
type act struct {
	name    string
	prepare func(w *world) string // answers the upload's id
	run     func(w *world, p process, id string) error
	uploads int64 // counted in the end
	kept    bool  // the file is
}

var picture = pngOf(48, 48)

func posted(f sample) func(*world) string {
	return func(w *world) string {
		u, form := w.open(w.process(nil), f)
		w.post(form, f)
		return u.ID
	}
}

func acts() []act {
	complete := func(w *world, p process, id string) error {
		shown, err := p.receiver.Complete(w.ctx(), w.id, id, idempotency.NewClaim("user", "c", "POST", "/complete", nil))
		if _, ok := idempotency.Replayed(err); ok || err == nil && shown.Upload.Status == upload.Checking {
			return p.receiver.Queue.Send(w.ctx(), upload.Order{TenantID: w.id, UploadID: id}) // as the queue hands it over again
		}
		if problem.Is(err, problem.UploadRejected) {
			return nil
		}
		return err
	}
	remove := func(w *world, p process, id string) error {
		if err := p.shelf.Delete(w.ctx(), w.id, id); !problem.Is(err, problem.NotFound) {
			return err
		}
		return nil
	}
	// A sweep looks at all tenants; this looks at one.
	mend := func(w *world, p process, id string) error {
		w.clock.Forward(time.Hour)
		return p.keeper.MendUpload(w.ctx(), w.id, id)
	}
	ready := func(w *world) string { return w.ready(w.process(nil), picture).ID }
	return []act{
		{"complete", posted(picture), complete, 1, true},
		{"complete what is no picture", posted(sample{"a.png", "image/png", []byte("<html>")}), complete, 0, false},
		{"delete pending", posted(picture), remove, 0, false},
		{"delete ready", ready, remove, 1, false},
		{"sweep what arrived", posted(picture), mend, 1, true},
		{"sweep what never arrived", func(w *world) string {
			u, _ := w.open(w.process(nil), picture)
			return u.ID
		}, mend, 0, false},
		{"sweep a deletion", func(w *world) string {
			id := ready(w)
			_, err := dynamo.NewUploads(w.process(nil).store).ForgetUpload(w.ctx(), w.id, id, w.clock.Now())
			harness.Must(w.t, err)
			return id
		}, func(w *world, p process, id string) error {
			return p.keeper.FinishUploadDeletion(w.ctx(), w.id, id)
		}, 1, false},
		{"correct", func(w *world) string {
			id := ready(w)
			harness.Must(w.t, w.process(nil).files.PutBytes(w.ctx(), w.id, render.UploadObject(id), make([]byte, 77), "image/png"))
			return id
		}, func(w *world, p process, id string) error { return w.hear(p, render.UploadObject(id)) }, 1, true},
		{"remove what came late", func(w *world) string {
			u, form := w.open(w.process(nil), picture)
			w.post(form, picture)
			_, err := w.process(nil).receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
			harness.Must(w.t, err)
			w.post(form, picture)
			return u.ID
		}, func(w *world, p process, id string) error { return w.hear(p, upload.IncomingObject(id)) }, 1, true},
	}
}

var everyKind = []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter}

// TestNoCallsFailureLosesOrDoublesAnUpload: every AWS call fails in turn, once
// and for ever; a process that is killed makes no further call. Repeated to the
// end, ledger, counter, level and bucket agree, and nothing stays reserved.
func TestNoCallsFailureLosesOrDoublesAnUpload(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	for _, a := range acts() {
		harness.Sweep{Flow: a.name, Ways: harness.WaysForEver(everyKind...)}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			return shared.as(t).strike(a, plan)
		})
	}
}

// strike acts under one planned fault and repeats the act until it is done.
func (w *world) strike(a act, plan []calls.Fault) *calls.Faults {
	w.t.Helper()
	id := a.prepare(w)
	faults := calls.Plant(plan...).OnKill(func() {})
	first := a.run(w, w.process(faults), id)
	if faults.Struck() == 0 {
		harness.Must(w.t, first)
	} else if err := a.run(w, w.process(nil), id); err != nil {
		w.t.Errorf("%s, repeated after %v: %v", a.name, first, err)
	}
	w.ended(a)
	return faults
}

// ended holds what is there in the end against what the act leads to.
func (w *world) ended(a act) {
	w.t.Helper()
	p := w.process(nil)
	var bytes int64
	for name, size := range w.objects() {
		harness.Must(w.t, w.hear(p, name)) // of what a dead process left behind
		bytes = size
	}
	if !a.kept {
		bytes = 0
	}
	w.want(a.uploads, bytes)
	if left := w.openWork(p); left != 0 {
		w.t.Errorf("%s: %d entries of open work are left", a.name, left)
	}
}

func (w *world) openWork(p process) int {
	w.t.Helper()
	n := 0
	uploads := dynamo.NewUploads(p.store)
	page, _, err := uploads.Uploads(w.ctx(), w.id, 100, "")
	harness.Must(w.t, err)
	for _, u := range page {
		if !u.DueAt.IsZero() {
			n++
		}
	}
	return n
}

// TestNoCallsFailureOpensTwice: as above, for announcing with a key; in the end
// there is one upload, which nobody posts, and the sweeper gives it up.
func TestNoCallsFailureOpensTwice(t *testing.T) {
	harness.Proof(t)
	shared, claim := newWorld(t), idempotency.NewClaim("user", "k", "POST", "/uploads", nil)
	open := func(w *world, p process) (string, error) {
		u, _, _, err := p.opener.Open(w.ctx(), w.id, picture.draft(), claim)
		if id, ok := idempotency.Replayed(err); ok {
			u.ID, err = id, nil
		}
		return u.ID, err
	}
	harness.Sweep{Flow: "open", Ways: harness.WaysForEver(everyKind...)}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := shared.as(t)
		faults := calls.Plant(plan...).OnKill(func() {})
		if _, err := open(w, w.process(faults)); err != nil && faults.Struck() == 0 {
			t.Fatalf("nothing failed: %v", err)
		}
		p := w.process(nil)
		id, err := open(w, p)
		harness.Must(t, err)
		if c := w.balanced(); c.Reserved[metering.UploadsCount] != 1 || c.Reserved[metering.StorageMB] != int64(len(picture.data)) {
			t.Fatalf("%+v", c)
		}
		w.clock.Forward(time.Hour)
		harness.Must(t, p.keeper.MendUpload(w.ctx(), w.id, id))
		w.want(0, 0)
		return faults
	})
}

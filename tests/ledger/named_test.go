package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// older is a picture's rows as if they had been written a while ago.
func older(rows []metering.Row, by time.Duration) []metering.Row {
	for i := range rows {
		rows[i].At = rows[i].At.Add(-by)
	}
	return rows
}

// named counts what a report says of a place, and shows the rest.
func (w *world) named(r metering.TenantReport, where metering.Where, want int) {
	w.T.Helper()
	n := 0
	for _, d := range r.Differences {
		if d.Where == where && d.Tenant == w.ID && d.ID != "" && d.Metric != "" {
			n++
		}
	}
	if n != want || r.Count != want {
		w.T.Errorf("%d differences at %q, %d in all, want %d: %+v", n, where, r.Count, want, r.Differences)
	}
}

func TestRowsThatCannotBeArchivedAreNamed(t *testing.T) {
	harness.Proof(t)
	w, _ := newWorld(t).full(t)
	w.plantSegment(3, []byte("no segment\n")) // the chain cannot go on
	for _, r := range older(preview(0), 2*time.Hour) {
		w.write(r)
	}
	w.named(w.reconcile(), metering.AtSegment, 2)
	if len(w.Warned.All()) == 0 {
		t.Error("nobody was told why")
	}
}

func TestALostHeadIsADifference(t *testing.T) {
	harness.Proof(t)
	w, _ := newWorld(t).full(t)
	w.Forget(head)
	if r := w.reconcile(); r.Count == 0 {
		t.Error("the head is gone, and nothing differs")
	}
	w.Remove(w.Locked, w.segmentKey(2))
	w.Remove(w.Locked, w.segmentKey(1))
	r := w.reconcile()
	if r.Count < 6 {
		t.Errorf("six rows say that they are in segments that are gone: %+v", r.Differences)
	}
}

func TestAReservationThatNobodySettlesIsNamed(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	held := older(preview(0), 25*time.Hour)[:1]
	w.write(held[0])
	w.deliver(w.process(nil), []metering.RowID{held[0].ID()})
	w.named(w.reconcile(), metering.AtHold, 2) // a picture, and its bytes
	w = w.another(t)
	young := preview(0)[:1]
	w.write(young[0])
	w.named(w.reconcile(), metering.AtHold, 0)
}

func TestWhatIsNoSegmentIsPassedOver(t *testing.T) {
	w, _ := newWorld(t).full(t)
	for _, name := range []string{"00000000.jsonl", "-1.jsonl", "3.jsonl", "00000003.jsonl.bak"} {
		w.Object(w.Locked, fmt.Sprintf("tenants/%s/%s/%s", w.ID, month, name), []byte("x"))
	}
	if r := w.reconcile(); r.Count != 0 {
		t.Errorf("%+v", r.Differences)
	}
}

// endless is the tables, where one tenant takes longer than any run has.
type endless struct {
	metering.ReconcileStore
	of tenant.ID
}

func (s endless) Heads(ctx context.Context, id tenant.ID) (map[metering.Period]metering.Archived, error) {
	if id == s.of {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.ReconcileStore.Heads(ctx, id)
}

func TestATenantThatTakesTooLongKeepsNobodyElseWaiting(t *testing.T) {
	harness.Proof(t)
	slow := newWorld(t)
	for range 3 {
		slow.another(t)
	}
	r := slow.process(nil).reconciler
	r.Store = endless{r.Store, slow.ID}
	ctx, done := context.WithTimeout(tenant.Doing(t.Context(), tenant.Archive), 6*time.Second)
	defer done()
	report, err := r.Run(ctx, metering.ReconcileRequest{})
	harness.Must(t, err)
	if len(report.Tenants) != 3 || len(report.Failed) != 1 || report.Failed[0] != slow.ID {
		t.Errorf("%+v", report)
	}
	if again, err := r.Run(tenant.Doing(t.Context(), tenant.Archive), metering.ReconcileRequest{}); err != nil || len(again.Tenants)+len(again.Failed) != 0 {
		t.Errorf("still due: %+v %v", again, err)
	}
}

package ledger

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

func TestANameTellsWhoseStorageItIs(t *testing.T) {
	for name, want := range map[string]string{
		"uploads/u1": "u1", "images/i1": "i1", "images/i1.png": "i1", "jobs/j1/video.mp4": "j1", "jobs/j1/captions.vtt": "j1",
		"jobs/j1/thumbnail.jpg": "j1", "jobs/j1/parts/1/clip.mp4": "", "incoming/u1": "", "exports/e1": "", "jobs/j1/x": "", "uploads/a/b": "",
	} {
		subject, counted := metering.StoredSubject(name)
		if counted != (want != "") || counted && !strings.EqualFold(subject, want) {
			t.Errorf("%s: %q, %v", name, subject, counted)
		}
	}
}

// slots changes the count of all tenants' unfinished jobs by hand.
func (w *world) slots(by int64) {
	w.T.Helper()
	_, err := w.DB.UpdateItem(w.T.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.Tables.Directory), Key: book.Item{"pk": book.Text("SLOTS#render")}, UpdateExpression: aws.String("ADD active_jobs :by"),
		ExpressionAttributeValues: book.Item{":by": book.Number(by)},
	})
	harness.Must(w.T, err)
}

func TestTheSlotsOfAllTenantsAreHeldAgainstTheirJobs(t *testing.T) {
	w := newWorld(t)
	for range 60 { // more than one page of the index
		w.Put("JOB#"+tenant.NewID(), book.Item{"status": book.Text("running"), "attempt": book.Number(1), "open": book.Text("RENDER"), "due_at": book.Number(time.Now().UnixMilli())})
	}
	w.Put("JOB#"+tenant.NewID(), book.Item{"status": book.Text("done"), "attempt": book.Number(1)})
	w.slots(60)
	slots := func(r metering.Reconciler) []metering.Difference {
		t.Helper()
		report, err := r.Run(tenant.Doing(t.Context(), tenant.Archive), metering.ReconcileRequest{})
		harness.Must(t, err)
		return report.Slots
	}
	r := w.process(nil).reconciler
	if found := slots(r); len(found) != 0 {
		t.Errorf("clean: %+v", found)
	}
	for _, by := range []int64{2, -5} {
		w.slots(by)
		want := metering.Difference{Month: "level", Metric: "active_jobs", ID: "all tenants", Where: metering.AtJobs, Ledger: 60, Found: 60 + by}
		if found := slots(r); len(found) != 1 || found[0] != want {
			t.Errorf("%+d: %+v", by, found)
		}
		w.slots(-by)
	}
	w.slots(1)
	r.Store = &jobBetween{ReconcileStore: r.Store, ends: func() { w.slots(-1) }}
	if found := slots(r); len(found) != 0 {
		t.Errorf("a job that ended between two readings: %+v", found)
	}
}

// jobBetween is the tables, where a job ends after the slots were first read.
type jobBetween struct {
	metering.ReconcileStore
	ends func()
}

func (s *jobBetween) Unfinished(ctx context.Context) (int64, error) {
	jobs, err := s.ReconcileStore.Unfinished(ctx)
	if s.ends != nil {
		s.ends()
		s.ends = nil
	}
	return jobs, err
}

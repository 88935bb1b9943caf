package metering

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// many is a store of tenants that are all due and have nothing yet.
type many struct {
	ReconcileStore
	tenants int
	meet    *sync.WaitGroup // if given, those that are read wait here for each other
}

func (m many) Due(_ context.Context, _ time.Time, cursor string) ([]tenant.ID, string, error) {
	from, _ := strconv.Atoi(cursor)
	var page []tenant.ID
	for n := from; n < min(from+50, m.tenants); n++ {
		page = append(page, tenant.ID(fmt.Sprint(n)))
	}
	if from+50 >= m.tenants {
		return page, "", nil
	}
	return page, strconv.Itoa(from + 50), nil
}

func (m many) Postpone(context.Context, tenant.ID, time.Time) error { return nil }
func (m many) OpenSlots(context.Context) (int64, error)             { return 0, nil }
func (m many) Unfinished(context.Context) (int64, error)            { return 0, nil }
func (m many) Heads(context.Context, tenant.ID) (map[Period]Archived, error) {
	return map[Period]Archived{}, nil
}
func (m many) LedgerRows(context.Context, tenant.ID, Period, Period) ([]Filed, error) {
	return nil, nil
}
func (m many) Figures(context.Context, tenant.ID) (Figures, error) {
	if m.meet != nil {
		m.meet.Done()
		m.meet.Wait()
	}
	return Figures{}, nil
}
func (m many) JobStates(context.Context, tenant.ID) (map[string]JobState, error) {
	return map[string]JobState{}, nil
}

type noObjects struct{}

func (noObjects) Sizes(context.Context, tenant.ID) (map[string]int64, error) {
	return map[string]int64{}, nil
}

// noSegments is a locked bucket with nothing in it.
type noSegments struct{ LockedStore }

func (noSegments) ListSegments(context.Context, tenant.ID) (map[archive.Month][]archive.Listed, error) {
	return nil, nil
}

// TestTheScheduleReconcilesWhoeverIsDue: a run goes on while it has time, or a table of
// many tenants falls behind without a word. Who asks for all gets an answer in parts.
func TestTheScheduleReconcilesWhoeverIsDue(t *testing.T) {
	r := Reconciler{
		Store: many{tenants: 1200}, Objects: noObjects{}, Segments: noSegments{}, Now: time.Now,
		Warn: func(_ context.Context, err error) { t.Error(err) },
	}
	report, err := r.Run(t.Context(), ReconcileRequest{})
	if err != nil || len(report.Tenants) != 1200 || report.Cursor != "" {
		t.Errorf("the schedule's run reconciled %d of 1200, cursor %q: %v", len(report.Tenants), report.Cursor, err)
	}
	report.Tenants[7].Count = 1
	if amiss := report.Amiss(); len(amiss.Tenants) != 1 || amiss.Tenants[0].Count != 1 {
		t.Errorf("of one tenant there is something to say, the answer has %d", len(amiss.Tenants))
	}
	report, err = r.Run(t.Context(), ReconcileRequest{All: true})
	if err != nil || len(report.Tenants) != reconcileLimit || report.Cursor == "" {
		t.Errorf("a run of all answered %d, cursor %q: %v", len(report.Tenants), report.Cursor, err)
	}
	over, done := context.WithDeadlineCause(t.Context(), time.Now().Add(-time.Second), errors.New("no time"))
	defer done()
	if report, _ = r.Run(over, ReconcileRequest{}); len(report.Tenants) != 0 || report.Cursor != "" {
		t.Errorf("without time %d were reconciled", len(report.Tenants))
	}
}

// TestManyTenantsAreReconciledAtOnce, and reported in the order in which they were due.
func TestManyTenantsAreReconciledAtOnce(t *testing.T) {
	var meet sync.WaitGroup
	meet.Add(reconciledAtOnce)
	r := Reconciler{
		Store: many{tenants: reconciledAtOnce, meet: &meet}, Objects: noObjects{}, Segments: noSegments{}, Now: time.Now,
		Warn: func(_ context.Context, err error) { t.Error(err) },
	}
	report, err := r.Run(t.Context(), ReconcileRequest{})
	if err != nil || len(report.Tenants) != reconciledAtOnce {
		t.Fatalf("%d of %d: %v", len(report.Tenants), reconciledAtOnce, err)
	}
	for i, got := range report.Tenants {
		if got.Tenant != tenant.ID(fmt.Sprint(i)) {
			t.Errorf("place %d has tenant %s", i, got.Tenant)
		}
	}
}

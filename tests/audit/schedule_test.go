package audit

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) run(ask audit.VerifyRequest) audit.VerifyReport {
	w.T.Helper()
	r, err := w.process(nil).verifier.Run(tenant.Doing(w.T.Context(), tenant.Archive), ask)
	harness.Must(w.T, err)
	if len(r.Failed) > 0 || r.Left > 0 || r.Cursor != "" {
		w.T.Errorf("failed %v, left %d, cursor %q: %v", r.Failed, r.Left, r.Cursor, w.Warned.All())
	}
	return r
}

func TestADaysRunsVerifyEachTenantOnce(t *testing.T) {
	w := newWorld(t)
	want := map[tenant.ID]bool{w.ID: true}
	for range 5 {
		want[w.another(t).ID] = true
	}
	times := map[tenant.ID]int{}
	for range 24 {
		for _, r := range w.run(audit.VerifyRequest{}).Tenants {
			times[r.Tenant]++
		}
		w.clock.Forward(time.Hour)
	}
	for id := range want {
		if times[id] != 1 {
			t.Errorf("%s was verified %d times", id, times[id])
		}
	}
	if all := w.run(audit.VerifyRequest{All: true}).Tenants; len(all) != len(want) {
		t.Errorf("by hand %d of %d", len(all), len(want))
	}
}

// Of the months that are over, each day's run reads another one.
func TestClosedMonthsTakeTurns(t *testing.T) {
	w := newWorld(t)
	for back := range 3 {
		from := at().AddDate(0, -back, 0)
		names := w.acts(1, from)
		w.deliver(w.process(nil), names)
		w.Change(sortKey(names[0]), "SET #actor = :v", book.Item{":v": book.Text(audit.Product)})
	}
	w.clock.Set(at().AddDate(0, 1, 0))
	seen := map[archive.Month]int{}
	for range 3 {
		r, err := w.process(nil).verifier.Tenant(w.Ctx(), w.ID, 0, false)
		harness.Must(t, err)
		for _, f := range r.Findings {
			seen[f.Month]++
		}
		w.clock.Forward(24 * time.Hour)
	}
	if len(seen) != 3 || seen["2026-10"] != 1 || seen["2026-08"] != 1 {
		t.Errorf("found in three days: %v", seen)
	}
}

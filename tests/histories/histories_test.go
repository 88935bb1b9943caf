// Package histories checks that what concurrent clients see of a tenant's
// metering, of an API key, of a session and of the links of an address could have
// been seen by clients who wait for each other: that it is linearizable. Answers
// are lost on purpose; whoever lost one knows nothing.
package histories

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// decision is how long the checker may take. A history that it cannot decide
// has not held.
const decision = time.Minute

// atOnce is how many tenants' histories are recorded side by side.
const atOnce = 4

func TestHistoriesOfReservationsAreLinearizableAtOnce(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables, wanted := db.Tables(t), 4
		if harness.InFull() {
			wanted = map[harness.Database]int{harness.OnDynamoDBLocal: 500, harness.OnEmulator: 125}[db] // as RepeatOnBothStores does
		}
		var all sync.WaitGroup
		var next, held, unanswered, jobs atomic.Int64
		over := harness.Overtime(t)
		for range atOnce {
			all.Go(func() {
				for next.Add(1) <= int64(wanted) && !t.Failed() && (held.Load() < atOnce || !over()) {
					w := newTenancy(t, tables)
					h := record(w.ctx(t.Context()), t, everything, w.product)
					unanswered.Add(h.unanswered())
					h.resolve(w.balanced(t))
					if h.holds() {
						held.Add(1)
					}
					jobs.Add(h.jobs())
				}
			})
		}
		all.Wait()
		taken, err := dynamo.NewMetering(newTenancy(t, tables).sane).OpenSlots(tenant.Doing(t.Context(), tenant.Archive))
		if err != nil || taken != jobs.Load() {
			t.Errorf("%d slots are taken (%v), %d jobs are unfinished", taken, err, jobs.Load())
		}
		t.Logf("%s: %d histories held, of %d; %d operations had no answer", db, held.Load(), wanted, unanswered.Load())
	})
}

// TestTheModelCatchesBrokenMetersAtOnce proves that the check above can fail.
func TestTheModelCatchesBrokenMetersAtOnce(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		for name, broken := range map[string]struct {
			about
			meter func(raw) meter
		}{
			"reads and puts":         {few, func(r raw) meter { return readsAndPuts{r} }},
			"checks then adds":       {few, func(r raw) meter { return checksThenAdds{r} }},
			"releases twice":         {few, func(r raw) meter { return releasesTwice{r} }},
			"frees two slots":        {everything, func(r raw) meter { return freesTwice{r} }},
			"forgets what is stored": {everything, func(r raw) meter { return keepsNoLevel{r} }},
		} {
			caughtIn(t, name, model(), func() []porcupine.Operation {
				w := newTenancy(t, tables)
				m := broken.meter(newRaw(w))
				return record(w.ctx(t.Context()), t, broken.about, func(fault) meter { return m }).done
			})
		}
	})
}

// doubt is how long a broken meter's history is worth thinking about.
const doubt = 2 * time.Second

// holds checks a history; one that does not hold is drawn, to be looked at.
func (h *history) holds() bool {
	h.t.Helper()
	result, info := porcupine.CheckOperationsVerbose(model(), h.done, decision)
	if result == porcupine.Ok {
		return true
	}
	drawn := filepath.Join(os.TempDir(), "history-"+h.names[0]+".html")
	if err := porcupine.VisualizePath(model(), info, drawn); err != nil {
		h.t.Errorf("draw the history: %v", err)
	}
	h.t.Errorf("a history is %s: see %s", result, drawn)
	return false
}

func (h *history) unanswered() (n int64) {
	for _, op := range h.done {
		if op.Output.(output).verdict == unknown {
			n++
		}
	}
	return n
}

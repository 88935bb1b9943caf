package simulation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// violation is the first thing that did not add up.
type violation struct {
	seed  uint64
	step  int
	wrong []string
	trace []string
}

func (v violation) String() string {
	return fmt.Sprintf("seed %d, step %d:\n  %s\nwhat the tenant had done:\n  %s\nagain: SIMULATION_SEED=%d go test ./tests/simulation -run TestSimulation",
		v.seed, v.step, strings.Join(v.wrong, "\n  "), strings.Join(v.trace, "\n  "), v.seed)
}

// run does so many steps, and ends at the first violation.
func run(ctx context.Context, seed uint64, bug string, steps int) (tally, *violation) {
	w := newWorld(ctx, seed, bug)
	for range steps {
		id := w.step()
		touched := []tenant.ID{id}
		if w.tally.steps%allEvery == 0 {
			touched = w.ids
		}
		if v := w.audit(seed, touched, id); v != nil {
			return w.tally, v
		}
	}
	return w.tally, w.quiet(seed)
}

func (w *world) audit(seed uint64, touched []tenant.ID, last tenant.ID) *violation {
	for _, id := range touched {
		w.wrong = append(w.wrong, w.store.Audit(id, w.files.Sizes(id))...)
		if active, slots := w.store.Busy(id); active > mostJobs || slots > allJobs {
			w.fail("%s: %d jobs of %d, %d places of %d", id, active, mostJobs, slots, allJobs)
		}
	}
	if len(touched) == len(w.ids) {
		if taken, unfinished := w.store.AuditSlots(); taken != unfinished {
			w.fail("%d places are taken, %d jobs are unfinished", taken, unfinished)
		}
	}
	if len(w.wrong) == 0 {
		return nil
	}
	return &violation{seed: seed, step: w.tally.steps, wrong: w.wrong, trace: w.people[last].trace}
}

// quiet lets nothing fail any more and everything come to its end: nothing may
// stay open or reserved.
func (w *world) quiet(seed uint64) *violation {
	w.calm = true
	for len(w.later) > 0 {
		do := w.later[0]
		w.later = w.later[1:]
		do()
	}
	for name := range w.flow.states {
		w.flow.states[name] = workflow.Died // nobody works any more
	}
	for range 12 {
		w.now = w.now.Add(time.Hour)
		for name := range w.flow.states {
			w.flow.states[name] = workflow.Died
		}
		if _, err := w.sweeper.Sweep(w.ctx, 1<<20); err != nil {
			w.fail("sweep: %v", err)
		}
	}
	for _, id := range w.ids {
		if n := w.store.Open(id); n > 0 {
			w.fail("%s: %d things stay open", id, n)
		}
		if held := w.store.Reserved(id); !held.Zero() {
			w.fail("%s: %v stays reserved", id, held)
		}
	}
	return w.audit(seed, w.ids, w.ids[0])
}

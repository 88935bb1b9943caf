package erasing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// small is what the account of the sweeps has: of each way to be erased one.
var small = []string{"USER#", "KEY#", "TENANT", "BILLING", "YOUTUBE", "PROJECT#", "LEDGER#", "AUDIT#", "uploads/"}

// Every AWS call of an erasure is lost in turn, or is the last of its process. Another
// execution goes on from the beginning, and nothing is left, nothing half-erased.
func TestAnErasureSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	w.account(small...)
	harness.Sweep{Flow: "erase", Long: true, Ways: harness.Ways(calls.LostBefore, calls.KillAfter)}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := w.in(t)
		a := w.account(small...)
		others := w.everything().without(a)
		e := w.ask(a)
		w.clock.Forward(24 * time.Hour)
		broken, sound := w.process(plan...), w.process()
		_ = broken.run(a.id, e) // whatever it answers
		harness.Must(t, sound.run(a.id, e))
		sound.gone(a, others, e)
		r, err := sound.store.Receipt(tenant.Doing(t.Context(), tenant.Receipt), e.Receipt, w.clock.Now())
		if err != nil || r.Certificate == nil || len(r.Certificate.Users) != 1 || r.Certificate.Counts.Items < 12 {
			t.Errorf("the receipt: %+v %v", r, err)
		}
		return broken.calls
	})
}

// errKilled ends a process between two steps.
var errKilled = errors.New("killed")

// One call sees to one page, so that every step is called again.
func TestStepsThatHaveMoreAreCalledAgain(t *testing.T) {
	w := newWorld(t)
	a := w.account()
	for range 3 {
		w.object("tenants/"+string(a.id)+"/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/video.mp4", "again")
	}
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.paged(1)
	harness.Must(t, p.run(a.id, e))
	p.gone(a, others, e)
	again := 0
	for i, step := range p.didSteps[1:] {
		if step == p.didSteps[i] {
			again++
		}
	}
	if again < 1 {
		t.Errorf("no step was called again: %v", p.didSteps)
	}
	if c := w.certificate(p, e); c.Subject != erasure.Account {
		t.Errorf("%+v", c)
	}
}

package billing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/memory"
)

// inTime is a world whose clock moves.
func inTime(t *testing.T, l life) (*world, *harness.Clock, *memory.Store) {
	w, _ := inMemory(t, "", l)
	clock := harness.NewClock(now())
	w.now = clock.Now
	return w, clock, w.store.(*memory.Store)
}

// swept runs the sweep on the store in memory, and answers how much failed.
func (w *world) swept(store *memory.Store) int {
	sweeper := openwork.Sweeper{Index: store, Tasks: w.inbox().Tasks(), Now: w.now, Warn: func(context.Context, error) {}}
	report, err := sweeper.Sweep(w.ctx, 100)
	if err != nil {
		return -1
	}
	return report.Failed
}

// TestAnEventThatIsNeverAppliedFails after more than a day of tries, and an
// operator has it applied.
func TestAnEventThatIsNeverAppliedFails(t *testing.T) {
	l := short()
	w, clock, store := inTime(t, l)
	must(t, w.inbox().Receive(w.ctx, w.id, l.events[0]))
	failed, sweeps := 0, 0
	for ; failed == 0 && sweeps < 10_000; sweeps++ {
		clock.Forward(time.Minute)
		failed = w.swept(store)
	}
	if h, err := w.store.Hook(w.ctx, w.id, l.events[0].ID); err != nil || h.Status != billing.Failed || sweeps < 24*60 || len(w.sent) != 11 {
		t.Fatalf("after %d sweeps and %d orders: %+v %v", sweeps, len(w.sent), h, err)
	}
	clock.Forward(24 * time.Hour)
	if n := w.swept(store); n != 0 || len(w.sent) != 11 {
		t.Errorf("what failed is swept: %d, %d orders", n, len(w.sent))
	}
	w.sent = nil
	w.service.reach(1)
	must(t, w.inbox().Replay(w.ctx, w.id, l.events[0].ID))
	must(t, w.workOff())
	if wrong := w.wrong(l, 1); wrong != nil {
		t.Error(wrong)
	}
	must(t, w.inbox().Replay(w.ctx, w.id, l.events[0].ID)) // what was applied, too
	must(t, w.workOff())
	if wrong := w.wrong(l, 2); wrong != nil {
		t.Error(wrong)
	}
	harness.WantCode(t, w.inbox().Replay(w.ctx, w.id, "evt_unknown"), problem.NotFound)
}

// TestAPriceOfNobodyChangesNothing: what is there is kept, and the event waits for
// an operator.
func TestAPriceOfNobodyChangesNothing(t *testing.T) {
	l := lives()[0]
	w, clock, store := inTime(t, l)
	w.service.reach(2)
	must(t, w.hear(l.events[0]))
	odd := subscribed(billing.Canceled, 1, false, "")
	odd.Plan = ""
	w.service.moments = append(w.service.moments, moment{subscriptions: []billing.Reported{odd}})
	w.service.reach(len(w.service.moments) - 1)
	if err := w.hear(l.events[4]); err == nil {
		t.Error("it was applied")
	}
	clock.Set(begun.AddDate(0, 1, 1)) // the sweep reads it, too, once a day
	w.sent = nil
	for range 3 {
		w.swept(store)
		if err := w.workOff(); err != nil {
			continue
		}
	}
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	h, err := w.store.Hook(w.ctx, w.id, l.events[4].ID)
	must(t, err)
	if held.Tenant.Plan != tenant.Pro || held.Subscription.Status != billing.Active || held.Subscription.Revision != 2 || h.Status != billing.Failed {
		t.Errorf("%+v, %+v", held, h)
	}
	// Beside ours, one of such a price is not ours to judge.
	odd.ID, odd.Status = "sub_9", billing.Active
	w.service.moments = append(w.service.moments, moment{subscriptions: []billing.Reported{odd, subscribed(billing.Active, 2, false, "")}})
	w.service.reach(len(w.service.moments) - 1)
	must(t, w.hear(l.events[5]))
	if held, err := w.store.Held(w.ctx, w.id); err != nil || len(held.Subscription.Refused) != 0 || held.Subscription.Status != billing.Active {
		t.Errorf("%+v %v", held, err)
	}
}

// off is a payment service that is not set up.
type off struct{ billing.Provider }

func (off) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return nil, problem.New(problem.BillingNotSetUp, "Billing is not set up here.")
}

// TestAGrantWinsUntilItEnds: whatever is bought, and even where nothing is sold any
// more; and a plan that was agreed to before there were grants is one.
func TestAGrantWinsUntilItEnds(t *testing.T) {
	l := lives()[0]
	w, clock, store := inTime(t, l)
	inForce := func(want tenant.Plan, when string) {
		t.Helper()
		held, err := w.store.Held(w.ctx, w.id)
		must(t, err)
		if held.Tenant.Plan != want {
			t.Errorf("%s: %+v", when, held)
		}
	}
	terms := func(plan tenant.Plan, until time.Time) {
		t.Helper()
		_, err := billing.ChangeTerms(w.ctx, store, billing.TermsChange{TenantID: w.id, Plan: plan, Until: until}, clock.Now())
		must(t, err)
	}
	terms(tenant.Enterprise, clock.Now().Add(time.Hour))
	w.service.reach(2)
	must(t, w.hear(l.events[0]))
	inForce(tenant.Enterprise, "pro was bought under a grant of enterprise")
	clock.Forward(2 * time.Hour)
	if n := w.swept(store); n != 0 || len(w.sent) != 2 {
		t.Fatalf("%d failed, %d orders", n, len(w.sent))
	}
	must(t, billing.Worker{Store: w.store, Provider: off{}, Now: w.now}.Apply(w.ctx, billing.Order{TenantID: w.id}))
	inForce(tenant.Pro, "the grant is over")
	terms(tenant.Free, time.Time{})
	inForce(tenant.Free, "free is granted")
	terms(billing.NoGrant, time.Time{})
	inForce(tenant.Pro, "no grant")
	err := billing.Worker{Store: w.store, Provider: off{}, Now: w.now}.Apply(w.ctx, billing.Order{TenantID: w.id, EventID: l.events[0].ID})
	must(t, err) // it was applied before
	must(t, w.inbox().Receive(w.ctx, w.id, l.events[1]))
	err = billing.Worker{Store: w.store, Provider: off{}, Now: w.now}.Apply(w.ctx, billing.Order{TenantID: w.id, EventID: l.events[1].ID})
	harness.WantCode(t, errors.Unwrap(err), problem.BillingNotSetUp)
}

func TestAnOlderAgreementIsKept(t *testing.T) {
	l := lives()[0]
	w, _, store := inTime(t, l)
	old := tenant.ID(tenant.NewID())
	store.AddTenant(old, tenant.Enterprise)
	store.SetCustomer(old, mine)
	w.id, w.acts = old, nil
	for n, e := range l.events {
		w.service.reach(n + 1)
		must(t, w.hear(e))
	}
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Tenant.Plan != tenant.Enterprise || held.Grant != (billing.Grant{Plan: tenant.Enterprise}) || held.Subscription.Status != billing.Canceled {
		t.Errorf("%+v", held)
	}
}

// TestEveryStatusHasAnOutcome: which give a plan, which are live, and that one that
// gives a plan is live.
func TestEveryStatusHasAnOutcome(t *testing.T) {
	var gives, live []billing.Status
	for _, o := range billing.Outcomes() {
		if o.Plan == tenant.Pro {
			gives = append(gives, o.Status)
		}
		if o.Live {
			live = append(live, o.Status)
		}
		if o.Plan == tenant.Pro && !o.Live || o.Live && o.Ends {
			t.Errorf("%+v", o)
		}
	}
	if len(gives) != 3 || len(live) != 5 || len(billing.Outcomes()) != len(billing.Statuses()) {
		t.Errorf("%v give a plan, %v are live", gives, live)
	}
}

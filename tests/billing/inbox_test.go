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

// TestAPriceOfNobodyKeepsThePlanAndNotTheSubscription: what was bought here and is
// on a price that is not known is believed in all but its plan, and told of.
func TestAPriceOfNobodyKeepsThePlanAndNotTheSubscription(t *testing.T) {
	on := func(s billing.Status, months int) billing.Reported {
		r := subscribed(s, months, false, "in_2")
		r.Plan = ""
		return r
	}
	renewal, back := bill("in_2", true, 2), bill("in_2", true, 2)
	renewal.Plan, back.Plan, back.Refunded = "", "", back.Amount
	for name, c := range map[string]struct {
		now    billing.Reported
		told   billing.Invoice
		plan   tenant.Plan
		status billing.Status
		grants int64
	}{
		"it is renewed":    {on(billing.Active, 2), renewal, tenant.Pro, billing.Active, 2},
		"it is not paid":   {on(billing.Unpaid, 2), bill("in_2", false, 2), tenant.Free, billing.Unpaid, 1},
		"it has ended":     {on(billing.Canceled, 2), renewal, tenant.Free, billing.Canceled, 2},
		"it was paid back": {on(billing.Active, 2), back, tenant.Free, billing.Canceled, 2},
	} {
		t.Run(name, func(t *testing.T) {
			first := moment{[]billing.Reported{subscribed(billing.Active, 1, false, "in_1")}, []billing.Invoice{bill("in_1", true, 1)}}
			w, _ := inMemory(t, "", life{moments: []moment{first, {[]billing.Reported{c.now}, []billing.Invoice{c.told}}}})
			must(t, w.hear(event(1, "invoice.paid", "in_1", "in_1")))
			w.service.reach(1)
			for n, kind := range []string{2: "invoice.paid", 3: "customer.subscription.updated"} {
				if kind == "" {
					continue
				}
				if err := w.hear(event(n, kind, "sub_1", "in_2")); err == nil {
					t.Error("nobody hears of the price")
				}
				if h, err := w.store.Hook(w.ctx, w.id, event(n, kind, "", "").ID); err != nil || h.Status != billing.Failed {
					t.Errorf("%+v, %v", h, err)
				}
			}
			held, err := w.store.Held(w.ctx, w.id)
			must(t, err)
			if held.Tenant.Plan != c.plan || held.Subscription.Status != c.status || held.Subscription.Plan != tenant.Pro || held.Subscription.Grants != c.grants {
				t.Errorf("%+v", held)
			}
		})
	}
}

// TestASubscriptionThatIsNotOursChangesNothing, beside what was bought or before;
// an event of it waits for an operator.
func TestASubscriptionThatIsNotOursChangesNothing(t *testing.T) {
	odd := subscribed(billing.Active, 1, false, "")
	odd.ID, odd.Plan = "sub_9", ""
	ours := subscribed(billing.Active, 2, false, "")
	w, _ := inMemory(t, "", life{moments: []moment{{[]billing.Reported{odd}, nil}, {[]billing.Reported{odd, ours}, nil}}})
	if err := w.hear(event(1, "customer.subscription.created", "sub_9", "")); err == nil {
		t.Error("it was applied")
	}
	h, err := w.store.Hook(w.ctx, w.id, "evt_1")
	must(t, err)
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Tenant.Plan != tenant.Free || held.Subscription.Revision != 0 || h.Status != billing.Failed {
		t.Errorf("%+v, %+v", held, h)
	}
	w.service.reach(1)
	must(t, w.hear(event(2, "customer.subscription.updated", "sub_1", "")))
	if held, err := w.store.Held(w.ctx, w.id); err != nil || len(held.Subscription.Refused) != 0 || held.Subscription.ID != "sub_1" {
		t.Errorf("%+v %v", held, err)
	}
}

// off is a payment service that is not set up.
type off struct{ billing.Provider }

func (off) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return nil, problem.Wrap(problem.BillingNotSetUp, "Billing is not set up here.", billing.ErrOff)
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

// TestAnOutageBringsAnOrderAnHour and not one a minute, for a period and for a grant
// that are over. The first order that is worked off afterwards makes it right.
func TestAnOutageBringsAnOrderAnHour(t *testing.T) {
	granted := func(w *world, store *memory.Store, now time.Time) {
		change := billing.TermsChange{TenantID: w.id, Plan: tenant.Enterprise, Until: now.Add(time.Minute)}
		_, err := billing.ChangeTerms(w.ctx, store, change, now)
		must(t, err)
	}
	bought := func(w *world, _ *memory.Store, _ time.Time) {
		w.service.reach(2)
		must(t, w.hear(lives()[0].events[1]))
	}
	for name, begin := range map[string]func(*world, *memory.Store, time.Time){"a grant": granted, "a period": bought} {
		w, clock, store := inTime(t, lives()[0])
		begin(w, store, clock.Now())
		w.sent = nil
		clock.Forward(62 * 24 * time.Hour)
		for range 24 * 60 {
			clock.Forward(time.Minute)
			if n := w.swept(store); n != 0 {
				t.Fatalf("%s: %d failed", name, n)
			}
		}
		if len(w.sent) != 24 {
			t.Errorf("%s: a day without an answer brought %d orders", name, len(w.sent))
		}
		w.sent = w.sent[:1]
		w.service.reach(len(lives()[0].events))
		must(t, w.workOff())
		clock.Forward(2 * time.Hour)
		held, err := w.store.Held(w.ctx, w.id)
		if must(t, err); w.swept(store) != 0 || len(w.sent) != 0 || held.Tenant.Plan != tenant.Free {
			t.Errorf("%s: %d more orders, %+v", name, len(w.sent), held)
		}
	}
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

// refused is a payment service that takes the key no more.
type refused struct{ billing.Provider }

func (refused) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return nil, problem.New(problem.BillingNotSetUp, "Billing is not set up here.")
}

// TestARefusedKeyIsNoSilence: what could not be read is asked for again, and does not
// pass as read.
func TestARefusedKeyIsNoSilence(t *testing.T) {
	w, _, _ := inTime(t, lives()[0])
	w.service.reach(2)
	must(t, w.hear(lives()[0].events[1]))
	err := billing.Worker{Store: w.store, Provider: refused{}, Now: w.now}.Apply(w.ctx, billing.Order{TenantID: w.id})
	harness.WantCode(t, errors.Unwrap(err), problem.BillingNotSetUp)
	must(t, billing.Worker{Store: w.store, Provider: off{}, Now: w.now}.Apply(w.ctx, billing.Order{TenantID: w.id}))
}

// Package billing_test holds the worker of subscriptions to its promise: whatever
// the payment service sends, in whatever order and how often, ends in the one
// right state.
package billing_test

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/memory"
)

func now() time.Time { return begun.Add(time.Hour) }

// inMemory is a world on the store in memory, with a neighbour who is a customer too.
func inMemory(t *testing.T, bug string, l life) (*world, tenant.ID) {
	store := memory.New()
	store.Bug = bug
	id, neighbour := tenant.ID(tenant.NewID()), tenant.ID(tenant.NewID())
	store.AddCustomer(id, mine)
	store.AddCustomer(neighbour, other)
	return &world{
		ctx: t.Context(), id: id, store: store, service: newService(mine, l.moments...), now: now,
		acts: func() []audit.Entry { return store.Acts(id) },
	}, neighbour
}

// TestEveryOrderOfEventsEndsInOneState: all orders of six events, each heard in
// four ways.
func TestEveryOrderOfEventsEndsInOneState(t *testing.T) {
	heard, lived := 0, 0
	for _, l := range lives() {
		for _, how := range ways() {
			for _, order := range orders(len(l.events)) {
				w, neighbour := inMemory(t, "", l)
				n, err := w.live(l, order, how)
				must(t, err)
				if wrong := w.wrong(l, n); wrong != nil {
					t.Fatalf("%s, %s, in the order %v: %v", l.name, how, order, wrong)
				}
				next, err := w.store.Held(t.Context(), neighbour)
				if err != nil || next.Subscription.Revision != 0 || next.Tenant.Plan != tenant.Free {
					t.Fatalf("the neighbour: %+v %v", next, err)
				}
				heard, lived = heard+n, lived+1
			}
		}
	}
	t.Logf("%d lives (%d orders of 6 events, %d ways, %d kinds of life), %d events applied: one state each", lived, len(orders(6)), len(ways()), len(lives()), heard)
	if lived != 720*len(ways())*len(lives()) {
		t.Errorf("%d lives", lived)
	}
}

// TestAFaultInEachRuleIsFound: the same check finds a store, or a worker, that
// breaks one of the rules.
func TestAFaultInEachRuleIsFound(t *testing.T) {
	for bug, how := range map[string]way{"keeps-again": twice, "grants-again": twice, "believes-what-is-late": late} {
		found, tried := 0, 0
		for _, l := range lives() {
			for _, order := range orders(len(l.events)) {
				w, _ := inMemory(t, bug, l)
				n, err := w.live(l, order, how)
				if tried++; err != nil || w.wrong(l, n) != nil {
					found++
				}
			}
		}
		t.Logf("%s: found in %d of %d lives", bug, found, tried)
		if found == 0 {
			t.Errorf("%s is not found", bug)
		}
	}
}

// TestAnInvoiceIsGrantedOnce, under whatever events it is told of.
func TestAnInvoiceIsGrantedOnce(t *testing.T) {
	l := lives()[0]
	w, _ := inMemory(t, "", l)
	w.service.reach(2)
	for n, kind := range []string{"invoice.paid", "invoice.paid", "invoice.finalized", "charge.dispute.closed"} {
		e := event(n, kind, "in_1", "in_1")
		must(t, w.hear(e))
	}
	must(t, w.worker().Apply(w.ctx, billing.Order{TenantID: w.id})) // what the sweep sends
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Subscription.Grants != 1 {
		t.Errorf("%d grants", held.Subscription.Grants)
	}
}

// TestWhatNobodyToldIsGrantedToo: no event came, and the sweep reads.
func TestWhatNobodyToldIsGrantedToo(t *testing.T) {
	w, _ := inMemory(t, "", lives()[0])
	w.service.reach(4)
	must(t, w.worker().Apply(w.ctx, billing.Order{TenantID: w.id}))
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Subscription.Grants != 1 || held.Tenant.Plan != tenant.Pro {
		t.Errorf("%+v", held)
	}
}

// TestAnotherTenantsCustomerChangesNothing: an event that names one, and an event
// with an invoice of one.
func TestAnotherTenantsCustomerChangesNothing(t *testing.T) {
	l := lives()[0]
	w, neighbour := inMemory(t, "", l)
	theirs := bill("in_9", true, 1)
	theirs.Customer = other
	for n := range w.service.moments {
		w.service.moments[n].invoices = append(w.service.moments[n].invoices, theirs)
	}
	w.service.reach(2)
	must(t, w.hear(l.events[1]))
	before, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	foreign, invoice := event(7, "customer.subscription.updated", "sub_1", ""), event(8, "invoice.paid", "in_9", "in_9")
	foreign.Customer = other
	for _, e := range []billing.Event{foreign, invoice} {
		if err := w.hear(e); err == nil {
			t.Errorf("%s was applied", e.ID)
		}
		if h, err := w.store.Hook(w.ctx, w.id, e.ID); err != nil || h.Status != billing.Failed {
			t.Errorf("%+v %v", h, err)
		}
	}
	after, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if after.Subscription.Revision != before.Subscription.Revision || after.Subscription.Grants != 1 || len(w.acts()) != 2 {
		t.Errorf("%+v, then %+v", before, after)
	}
	if next, err := w.store.Held(w.ctx, neighbour); err != nil || next.Subscription.Revision != 0 {
		t.Errorf("the neighbour: %+v %v", next, err)
	}
}

package billing_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// world is one tenant, its store and the payment service of its customer.
type world struct {
	ctx     context.Context
	id      tenant.ID
	store   billing.WorkStore
	service *service
	now     func() time.Time
	acts    func() []audit.Entry // of the tenant

	mu   sync.Mutex
	sent []billing.Order
}

// Send implements billing.Queue: what is sent waits until it is worked off.
func (w *world) Send(_ context.Context, o billing.Order) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, o)
	return nil
}

func (w *world) inbox() billing.Inbox {
	return billing.Inbox{Store: w.store, Queue: w, Now: w.now}
}

func (w *world) worker() billing.Worker {
	return billing.Worker{Store: w.store, Provider: w.service, Now: w.now}
}

// hear is the webhook and the worker, one after the other; what fails comes again,
// as the queue has it.
func (w *world) hear(e billing.Event) error {
	if err := w.inbox().Receive(w.ctx, w.id, e); err != nil {
		return err
	}
	var err error
	for range 5 {
		if err = w.worker().Apply(w.ctx, billing.Order{TenantID: w.id, EventID: e.ID}); err == nil {
			return nil
		}
	}
	return err
}

// way is how the events of an order are heard.
type way string

const (
	once     way = "once"
	twice    way = "twice" // each again, and all again under other ids
	parallel way = "in parallel"
	late     way = "late" // each worker is held up until all later events are applied
)

func ways() []way { return []way{once, twice, parallel, late} }

// live hears a life's events in an order. An event has happened when it is heard;
// so has all before it. It answers how many events were heard, each counted once.
func (w *world) live(l life, order []int, how way) (int, error) {
	var errs []error
	note := func(err error) {
		if err != nil {
			w.mu.Lock()
			errs = append(errs, err)
			w.mu.Unlock()
		}
	}
	hear := func(n int) {
		w.service.reach(n + 1)
		note(w.hear(l.events[n]))
	}
	heard := len(order)
	switch how {
	case once, twice:
		for _, n := range order {
			hear(n)
			if how == twice {
				hear(n)
			}
		}
		if how == twice {
			for _, n := range order {
				again := l.events[n]
				again.ID += "_again"
				note(w.hear(again))
				heard++
			}
		}
	case parallel:
		var all sync.WaitGroup
		for _, n := range order {
			all.Go(func() { hear(n) })
		}
		all.Wait()
	case late:
		rest := order
		w.service.read = func() {
			if len(rest) == 0 {
				return
			}
			n := rest[0]
			rest = rest[1:]
			hear(n)
		}
		w.service.read()
	}
	if len(errs) > 0 {
		return heard, errs[0]
	}
	return heard, nil
}

// wrong says what is not as it must be after a life of which so many events were
// heard.
func (w *world) wrong(l life, heard int) []string {
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	held, err := w.store.Held(w.ctx, w.id)
	if err != nil {
		return []string{err.Error()}
	}
	sub, want := held.Subscription, l.ends
	if sub.ID != "sub_1" || sub.Status != want.status || sub.CancelAtEnd != want.cancelAtEnd || !sub.PeriodEnd.Equal(want.period) || sub.Disputed || len(sub.Refused) > 0 {
		say("the state is %+v", sub)
	}
	if held.Tenant.Plan != want.plan {
		say("the plan is %s", held.Tenant.Plan)
	}
	if sub.Grants != want.grants {
		say("%d grants, not %d", sub.Grants, want.grants)
	}
	if sub.Revision != int64(heard) {
		say("%d events were applied %d times", heard, sub.Revision)
	}
	var paid []string
	plan := tenant.Free
	for _, act := range w.acts() {
		switch act.Action {
		case audit.InvoicePaid:
			paid = append(paid, act.Target)
		case audit.PlanChanged:
			plan = tenant.Plan(act.Detail)
		}
	}
	slices.Sort(paid)
	if int64(len(paid)) != want.grants || len(slices.Compact(paid)) != len(paid) {
		say("the trail holds payments of %v", paid)
	}
	if plan != want.plan {
		say("the trail ends with the plan %s", plan)
	}
	for _, e := range l.events {
		if h, err := w.store.Hook(w.ctx, w.id, e.ID); err != nil || h.Status != billing.Applied || !h.DueAt.IsZero() {
			say("event %s: %+v %v", e.ID, h, err)
		}
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

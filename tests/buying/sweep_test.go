package buying_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// want is how a flow ends.
type want struct {
	plan     tenant.Plan
	cancel   bool
	invoices int // paid, each granted once
}

// wrong says what is not as it must be in the end.
func (p *product) wrong(want want) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	held, err := p.store.Held(p.ctx(), p.id)
	if err != nil {
		return []string{err.Error()}
	}
	d, err := p.document(held.Account.Customer)
	if err != nil {
		return []string{err.Error()}
	}
	all = p.wrongCustomers(held.Account.Customer)
	var live []string
	for _, s := range d.Subscriptions {
		if billing.Status(s.Status).Live() {
			live = append(live, s.ID)
		}
	}
	sub := held.Subscription
	if len(live) != 1 || sub.ID != live[0] || sub.Status != billing.Active || sub.Plan != want.plan || sub.CancelAtEnd != want.cancel || held.Tenant.Plan != want.plan {
		say("of the live subscriptions %v there is %+v, with the plan %s", live, sub, held.Tenant.Plan)
	}
	paid := map[string]int{}
	for _, i := range d.Invoices {
		if i.Status == "paid" {
			paid[i.ID] = 0
		}
	}
	acts, _, err := dynamo.NewTrail(p.db).Entries(p.ctx(), p.id, archive.MonthOf(p.clock.Now()), 100, "")
	if err != nil {
		return []string{err.Error()}
	}
	for _, act := range acts {
		if act.Action == audit.InvoicePaid {
			paid[act.Target]++
		}
	}
	for id, grants := range paid {
		if grants != 1 {
			say("%s was granted %d times", id, grants)
		}
	}
	if len(paid) != want.invoices || sub.Grants != int64(want.invoices) {
		say("%d invoices were paid, and %d granted, of %d", len(paid), sub.Grants, want.invoices)
	}
	if n := d.Undelivered(); n != 0 {
		say("%d events were not heard", n)
	}
	for _, e := range d.Events {
		if !billing.Handled(e.Type) {
			continue
		}
		if h, err := dynamo.NewHooks(p.db).Hook(p.ctx(), p.id, e.ID); err != nil || h.Status != billing.Applied {
			say("%s is %q: %v", e.Type, h.Status, err)
		}
	}
	return append(all, wrongPages(d, 0)...)
}

// wrongCustomers says whether other than one customer leads to the account.
func (p *product) wrongCustomers(named string) (all []string) {
	made := p.shelf.customers()
	id, err := dynamo.NewCustomers(p.db).TenantOf(tenant.Doing(p.Context(), tenant.Hook), named)
	if len(made) != 1 || made[0] != named || err != nil || id != p.id {
		all = append(all, fmt.Sprintf("the customers %v were made; %q leads to %q: %v", made, named, id, err))
	}
	return all
}

// TestNoFaultBuysTwice: each AWS call and each call of the payment service fails
// in turn while a plan is bought: at the click, at the webhook, in the worker.
func TestNoFaultBuysTwice(t *testing.T) {
	harness.Proof(t)
	tables := harness.Tables(t)
	report := func(t *testing.T, wrong []string) {
		for _, one := range wrong {
			t.Error(one)
		}
	}
	harness.Sweep{Flow: "checkout, pay, apply", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		planted := calls.Plant(plan...).OnKill(func() {})
		report(t, buys(newWorld(t, tables), planted, nil, nil))
		return planted
	})
	eachStripeCall(t, "checkout, pay, apply", func(t *testing.T, l *line) {
		report(t, buys(newWorld(t, tables), nil, l, nil))
	})
}

// ways are fewer in an ordinary run, in which each call fails once.
func ways() []harness.Way {
	if !harness.InFull() {
		return harness.Ways(calls.LostBefore, calls.LostAfter, calls.KillAfter)
	}
	return harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)
}

// buys is a purchase by a product that fails, helped by one that does not. bug
// makes the failing one another than ours.
func buys(w *world, faults *calls.Faults, l *line, bug func(*product)) []string {
	w.Helper()
	failing, sound := w.product(faults, l), w.product(nil, nil)
	if bug != nil {
		bug(failing)
	}
	first, firstErr := failing.click()
	page, err := sound.click() // again, or as the second of a double click
	if err != nil {
		return []string{err.Error()}
	}
	if firstErr == nil && first.ID != page.ID {
		return []string{"clicked twice, it is two pages"}
	}
	held, err := sound.store.Held(sound.ctx(), w.id)
	harness.Must(w.T, err)
	d, err := w.document(held.Account.Customer)
	harness.Must(w.T, err)
	wrong := append(wrongPages(d, 1), sound.wrongCustomers(held.Account.Customer)...)
	w.listen(failing)
	harness.Must(w.T, w.pay(page))
	_ = failing.workOff(harness.SomeOf)
	if err := sound.later(held.Account.Customer); err != nil {
		return append(wrong, err.Error())
	}
	return append(wrong, sound.wrong(want{plan: tenant.Pro, invoices: 1})...)
}

// step is something that the owner asks for, of a plan that is bought.
type step struct {
	do     func(context.Context, *billing.Service, tenant.ID) error
	cancel bool // whether it ends with its period then
	heard  bool // its events are applied before the next one
}

func ends() step {
	return step{do: func(ctx context.Context, s *billing.Service, id tenant.ID) error {
		_, err := s.Cancel(ctx, id)
		return err
	}, cancel: true}
}

func goesOn() step {
	return step{do: func(ctx context.Context, s *billing.Service, id tenant.ID) error {
		_, err := s.Resume(ctx, id)
		return err
	}}
}

func opens() step {
	return step{do: func(ctx context.Context, s *billing.Service, id tenant.ID) error {
		_, err := s.Portal(ctx, id)
		return err
	}}
}

// agreed is what an operator does at the payment service.
func agreed() step {
	return step{do: func(ctx context.Context, s *billing.Service, id tenant.ID) error {
		held, err := s.Store.Held(ctx, id)
		if err != nil || held.Subscription.Plan == tenant.Enterprise {
			return err
		}
		_, err = s.Provider.ChangePlan(ctx, held.Subscription.ID, tenant.Enterprise, tenant.NewID())
		return err
	}, heard: true}
}

func changes() step {
	return step{do: func(ctx context.Context, s *billing.Service, id tenant.ID) error {
		_, err := s.Change(ctx, id, tenant.Pro)
		return err
	}}
}

// TestNoFaultMisplacesAWish: each AWS call and each call of the payment service
// fails in turn while the owner sees to the subscription.
func TestNoFaultMisplacesAWish(t *testing.T) {
	harness.Proof(t)
	tables := harness.Tables(t)
	for _, flow := range []struct {
		name  string
		steps []step
		want  want
	}{
		{"portal", []step{opens()}, want{plan: tenant.Pro, invoices: 1}},
		{"cancel, resume, cancel", []step{ends(), goesOn(), ends()}, want{plan: tenant.Pro, cancel: true, invoices: 1}},
		// From the plan by contact, which an operator had put the account on, to one that is sold.
		{"change", []step{agreed(), changes()}, want{plan: tenant.Pro, invoices: 3}},
	} {
		harness.Sweep{Flow: flow.name, Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			planted := calls.Plant(plan...).OnKill(func() {})
			wishes(newWorld(t, tables), flow.steps, flow.want, planted, nil)
			return planted
		})
		eachStripeCall(t, flow.name, func(t *testing.T, l *line) {
			wishes(newWorld(t, tables), flow.steps, flow.want, nil, l)
		})
	}
}

// wishes takes steps by a product that fails; the person asks again for what
// failed, until it is done.
func wishes(w *world, steps []step, want want, faults *calls.Faults, l *line) {
	w.Helper()
	sound := w.bought()
	failing := w.product(faults, l)
	held, err := sound.store.Held(sound.ctx(), w.id)
	harness.Must(w.T, err)
	for i, one := range steps {
		if one.do(failing.ctx(), failing.service(), w.id) != nil {
			harness.Must(w.T, one.do(sound.ctx(), sound.service(), w.id))
		}
		d, err := w.document(held.Account.Customer)
		harness.Must(w.T, err)
		if d.Subscriptions[0].CancelAtEnd != one.cancel {
			w.Errorf("after step %d it ends with its period: %v", i+1, !one.cancel)
		}
		if one.heard {
			harness.Must(w.T, sound.later(held.Account.Customer))
		}
	}
	harness.Must(w.T, sound.later(held.Account.Customer))
	for _, one := range sound.wrong(want) {
		w.Error(one)
	}
}

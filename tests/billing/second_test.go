package billing_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// pair is a life in which two checkouts are paid. The second subscription is
// heard of as live before the first one is.
func pair() life {
	first := func(s billing.Status) billing.Reported { return subscribed(s, 1, false, "in_1") }
	second := subscribed(billing.Active, 1, false, "in_2")
	second.ID, second.CreatedAt = "sub_2", begun.Add(time.Minute)
	open, paid, more := bill("in_1", false, 1), bill("in_1", true, 1), bill("in_2", true, 1)
	more.Subscription = "sub_2"
	return life{
		name: "two at once",
		moments: []moment{
			{},
			{[]billing.Reported{first(billing.Incomplete)}, []billing.Invoice{open}},
			{[]billing.Reported{first(billing.Incomplete), second}, []billing.Invoice{open, more}},
			{[]billing.Reported{second, first(billing.Active)}, []billing.Invoice{paid, more}},
			{[]billing.Reported{second, first(billing.Active)}, []billing.Invoice{paid, more}},
		},
		events: []billing.Event{
			event(1, "customer.subscription.created", "sub_1", ""), event(2, "invoice.paid", "in_2", "in_2"),
			event(3, "invoice.paid", "in_1", "in_1"), event(4, "checkout.session.completed", "cs_2", ""),
		},
	}
}

func (w *world) oneIsLeft() []string {
	held, err := w.store.Held(w.ctx, w.id)
	if err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	if sub := held.Subscription; sub.ID != "sub_1" || sub.Status != billing.Active || sub.Grants != 1 || !slices.Equal(sub.Refused, []string{"sub_2"}) || held.Tenant.Plan != tenant.Pro {
		wrong = append(wrong, "it is not the first that is left, with one grant")
	}
	if back := w.service.paidBack(); len(back) != 1 || back["in_2"] == 0 {
		wrong = append(wrong, "what went back is not the second payment")
	}
	if all, _ := w.service.Subscriptions(w.ctx, mine); slices.ContainsFunc(all, func(r billing.Reported) bool { return (r.ID == "sub_2") == r.Status.Live() }) {
		wrong = append(wrong, "not the second one ended")
	}
	noted := 0
	for _, act := range w.acts() {
		if act.Action == audit.SubscriptionEnded && act.Target == "sub_2" {
			noted++
		}
	}
	if noted != 1 {
		wrong = append(wrong, "the trail does not hold one refusal")
	}
	for _, e := range pair().events {
		if h, err := w.store.Hook(w.ctx, w.id, e.ID); err != nil || h.Status != billing.Applied {
			wrong = append(wrong, "event "+e.ID+" is not applied")
		}
	}
	return wrong
}

// TestOfTwoSubscriptionsPaidAtOnceOneStays: the other is ended and paid back, in
// all orders of the events.
func TestOfTwoSubscriptionsPaidAtOnceOneStays(t *testing.T) {
	l, tried := pair(), 0
	for _, how := range ways() {
		for _, order := range orders(len(l.events)) {
			w, _ := inMemory(t, "", l)
			_, err := w.live(l, order, how)
			must(t, err)
			if wrong := w.oneIsLeft(); wrong != nil {
				held, _ := w.store.Held(t.Context(), w.id)
				t.Fatalf("%s, in the order %v: %v: %+v", how, order, wrong, held.Subscription)
			}
			tried++
		}
	}
	t.Logf("%d lives: one subscription, one grant, one payment back", tried)
}

// TestASecondSubscriptionIsEndedHoweverOftenThatFails: each write at the payment
// service fails in turn. What was bought first holds meanwhile.
func TestASecondSubscriptionIsEndedHoweverOftenThatFails(t *testing.T) {
	l, down := pair(), errors.New("planted")
	for _, failing := range []string{"end", "refund"} {
		w, _ := inMemory(t, "", l)
		left := 7
		w.service.fail = func(doing string) error {
			if doing == failing && left > 0 {
				left--
				return down
			}
			return nil
		}
		w.service.reach(4)
		for _, e := range l.events {
			if err := w.inbox().Receive(w.ctx, w.id, e); err != nil {
				t.Fatal(err)
			}
			_ = w.worker().Apply(w.ctx, billing.Order{TenantID: w.id, EventID: e.ID})
		}
		held, err := w.store.Held(w.ctx, w.id)
		must(t, err)
		if held.Tenant.Plan != tenant.Pro || held.Subscription.ID != "sub_1" {
			t.Errorf("%s fails: %+v", failing, held)
		}
		for _, e := range l.events {
			must(t, w.hear(e))
		}
		if wrong := w.oneIsLeft(); wrong != nil || left != 0 {
			t.Errorf("%s failed %d times: %v", failing, 7-left, wrong)
		}
	}
}

// TestAPaymentBackThatTakesItsTimeHoldsNothingUp: all that is told of the tenant
// meanwhile is applied.
func TestAPaymentBackThatTakesItsTimeHoldsNothingUp(t *testing.T) {
	l := pair()
	w, _ := inMemory(t, "", l)
	w.service.slow = true
	w.service.reach(4)
	for _, e := range l.events {
		must(t, w.hear(e))
	}
	if wrong := w.oneIsLeft(); wrong != nil {
		t.Error(wrong)
	}
}

// older is a change of the invoice of the period before.
func older(change func(*billing.Invoice)) func(*billing.Invoice) {
	return func(i *billing.Invoice) {
		i.ID, i.PeriodEnd = "in_0", begun
		change(i)
	}
}

// TestWhatIsPaidBackEnds: a refund in full of the payment that a subscription lives
// by, and a lost dispute. An open dispute ends nothing.
func TestWhatIsPaidBackEnds(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*billing.Invoice)
		plan     tenant.Plan
		disputed bool
	}{
		"refunded":                                   {func(i *billing.Invoice) { i.Refunded = i.Amount }, tenant.Free, false},
		"refunded in part":                           {func(i *billing.Invoice) { i.Refunded = 100 }, tenant.Pro, false},
		"disputed":                                   {func(i *billing.Invoice) { i.DisputeOpen = true }, tenant.Pro, true},
		"lost in a dispute":                          {func(i *billing.Invoice) { i.DisputeLost = true }, tenant.Free, false},
		"of an older period":                         {older(func(i *billing.Invoice) { i.Refunded = i.Amount }), tenant.Pro, false},
		"of an older period, lost in a dispute":      {older(func(i *billing.Invoice) { i.DisputeLost = true }), tenant.Free, false},
		"before a change of plan":                    {func(i *billing.Invoice) { i.Refunded, i.ID = i.Amount, "in_0" }, tenant.Free, false},
		"of another subscription, lost in a dispute": {func(i *billing.Invoice) { i.DisputeLost, i.ID, i.Subscription = true, "in_0", "sub_0" }, tenant.Pro, false},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := bill("in_1", true, 1), bill("in_1", true, 1)
			c.change(&after)
			sub := []billing.Reported{subscribed(billing.Active, 1, false, "in_1")}
			l := life{moments: []moment{{sub, []billing.Invoice{before}}, {sub, []billing.Invoice{before, after}}}}
			if after.ID == before.ID {
				l.moments[1].invoices = []billing.Invoice{after}
			}
			w, _ := inMemory(t, "", l)
			must(t, w.hear(event(1, "invoice.paid", "in_1", "in_1")))
			w.service.reach(1)
			for _, n := range []int{2, 3} {
				must(t, w.hear(event(n, "charge.refunded", "ch_1", after.ID)))
			}
			held, err := w.store.Held(w.ctx, w.id)
			must(t, err)
			if held.Tenant.Plan != c.plan || held.Subscription.Disputed != c.disputed || c.plan == tenant.Free && held.Subscription.Status != billing.Canceled {
				t.Errorf("%+v", held)
			}
		})
	}
}

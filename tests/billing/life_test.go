package billing_test

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	mine  = "cus_mine"
	other = "cus_other"
)

var begun = time.Date(2097, 3, 1, 0, 0, 0, 0, time.UTC)

// life is six events of a subscription, the moments that they tell of, and how all
// ends, in whatever order they are heard.
type life struct {
	name    string
	moments []moment // before the first event, and after each
	events  []billing.Event
	ends    ends
}

// ends is what must be so in the end.
type ends struct {
	status      billing.Status
	plan        tenant.Plan // in force
	period      time.Time
	cancelAtEnd bool
	grants      int64
}

func event(n int, kind, object, invoice string) billing.Event {
	return billing.Event{
		ID: "evt_" + string(rune('0'+n)), Type: kind, CreatedAt: begun.Add(time.Duration(n) * time.Minute), Customer: mine, Object: object, Invoice: invoice,
	}
}

func subscribed(status billing.Status, months int, cancel bool, invoice string) billing.Reported {
	return billing.Reported{
		ID: "sub_1", Customer: mine, Plan: tenant.Pro, Status: status, CreatedAt: begun, PeriodEnd: begun.AddDate(0, months, 0), CancelAtEnd: cancel, Invoice: invoice,
	}
}

func bill(id string, paid bool, months int) billing.Invoice {
	return billing.Invoice{
		ID: id, Customer: mine, Subscription: "sub_1", Plan: tenant.Pro, Paid: paid, PaidAt: begun, PeriodEnd: begun.AddDate(0, months, 0), Amount: 2900, Currency: "usd",
	}
}

// lives are two: one is bought, renewed with trouble, and ends; the other is let
// end and goes on after all, so that its last state is one that it had before.
func lives() []life {
	open, first := bill("in_1", false, 1), bill("in_1", true, 1)
	failed, second := bill("in_2", false, 2), bill("in_2", true, 2)
	at := func(r billing.Reported, invoices ...billing.Invoice) moment {
		return moment{[]billing.Reported{r}, invoices}
	}
	return []life{
		{
			name: "ends",
			moments: []moment{
				{},
				at(subscribed(billing.Incomplete, 1, false, "in_1"), open),
				at(subscribed(billing.Active, 1, false, "in_1"), first),
				at(subscribed(billing.PastDue, 2, false, "in_2"), first, failed),
				at(subscribed(billing.Active, 2, false, "in_2"), first, second),
				at(subscribed(billing.Active, 2, true, "in_2"), first, second),
				at(subscribed(billing.Canceled, 2, true, "in_2"), first, second),
			},
			events: []billing.Event{
				event(1, "customer.subscription.created", "sub_1", ""), event(2, "invoice.paid", "in_1", "in_1"),
				event(3, "invoice.payment_failed", "in_2", "in_2"), event(4, "invoice.paid", "in_2", "in_2"),
				event(5, "customer.subscription.updated", "sub_1", ""), event(6, "customer.subscription.deleted", "sub_1", ""),
			},
			ends: ends{billing.Canceled, tenant.Free, begun.AddDate(0, 2, 0), true, 2},
		},
		{
			name: "goes on",
			moments: []moment{
				{},
				at(subscribed(billing.Incomplete, 1, false, "in_1"), open),
				at(subscribed(billing.Active, 1, false, "in_1"), first),
				at(subscribed(billing.Active, 1, true, "in_1"), first),
				at(subscribed(billing.Active, 1, false, "in_1"), first),
				at(subscribed(billing.Active, 1, true, "in_1"), first),
				at(subscribed(billing.Active, 1, false, "in_1"), first),
			},
			events: []billing.Event{
				event(1, "checkout.session.completed", "cs_1", ""), event(2, "invoice.paid", "in_1", "in_1"),
				event(3, "customer.subscription.updated", "sub_1", ""), event(4, "customer.subscription.updated", "sub_1", ""),
				event(5, "customer.subscription.updated", "sub_1", ""), event(6, "customer.subscription.updated", "sub_1", ""),
			},
			ends: ends{billing.Active, tenant.Pro, begun.AddDate(0, 1, 0), false, 1},
		},
	}
}

// orders are all orders of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, rest := range orders(n - 1) {
		for at := range n {
			order := append(append(append([]int{}, rest[:at]...), n-1), rest[at:]...)
			all = append(all, order)
		}
	}
	return all
}

package billing

import (
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// silence is how long after the end of a period the next one may be heard of: the
	// payment service pays an invoice about an hour after it was made.
	silence = 6 * time.Hour
	// readAgain is how often what should have changed and did not is read.
	readAgain = 24 * time.Hour
)

// decide is the rule of the worker: what follows from what is stored and what the
// payment service says.
func decide(held Held, s seen, now time.Time) Change {
	c := Change{Before: held, Subscription: held.Subscription, Grant: held.Agreed()}
	c.Subscription.Revision++
	if !s.kept {
		c.follow(s, now)
		c.pay(s, now)
	}
	c.DueAt = c.Subscription.readAt(now)
	if !c.Grant.Holds(now) {
		c.Grant = Grant{}
	}
	c.Plan = InForce(c.Subscription, c.Grant, now)
	if c.Plan != held.Tenant.Plan {
		c.act(now, audit.PlanChanged, c.Subscription.ID, string(c.Plan))
	}
	return c
}

// follow makes the subscription what the payment service says.
func (c *Change) follow(s seen, now time.Time) {
	sub := &c.Subscription
	own, second, found := s.own()
	switch {
	case found:
		sub.ID, sub.Plan, sub.Status = own.ID, own.Plan, own.Status
		sub.PeriodEnd, sub.TrialEnd, sub.CancelAtEnd = own.PeriodEnd, own.TrialEnd, own.CancelAtEnd
	case sub.ID != "": // the customer was deleted
		sub.Status, sub.CancelAtEnd = Canceled, false
	}
	sub.Grants -= s.undone
	for _, r := range second {
		sub.Refused = with(sub.Refused, r.ID)
		c.act(now, audit.SubscriptionEnded, r.ID, string(r.Plan))
	}
}

// pay grants a paid invoice of a plan, once, and notes disputes. What was paid for
// a subscription that is refused goes back.
func (c *Change) pay(s seen, now time.Time) {
	sub, i := &c.Subscription, s.invoice
	if i == nil || i.Plan == "" {
		return
	}
	if slices.Contains(sub.Refused, i.Subscription) {
		if i.Paid && s.granted { // before it was refused
			c.Invoice = i
		}
		return
	}
	if i.DisputeOpen {
		sub.Disputes = with(sub.Disputes, i.ID)
	} else {
		sub.Disputes = without(sub.Disputes, i.ID)
	}
	sub.Disputed = len(sub.Disputes) > 0
	if !i.Paid {
		return
	}
	c.Invoice, c.New = i, !s.granted
	if c.New {
		sub.Grants++
		c.act(now, audit.InvoicePaid, i.ID, string(i.Plan))
	}
}

func (c *Change) act(now time.Time, a audit.Action, target, detail string) {
	e := audit.New(now, a, audit.Product, "", target)
	e.Detail = detail
	c.Acts = append(c.Acts, e)
}

// readAt is when a subscription is read again if nothing is heard of it.
func (s Subscription) readAt(now time.Time) time.Time {
	if !s.Status.Live() && s.Status != Incomplete {
		return time.Time{}
	}
	if at := s.PeriodEnd.Add(silence); at.After(now) {
		return at
	}
	return now.Add(readAgain)
}

// with and without never change the list that they are given: others hold it.

func with(sorted []string, one string) []string {
	at, there := slices.BinarySearch(sorted, one)
	if there {
		return sorted
	}
	return slices.Insert(slices.Clone(sorted), at, one)
}

func without(sorted []string, one string) []string {
	at, there := slices.BinarySearch(sorted, one)
	if !there {
		return sorted
	}
	return slices.Delete(slices.Clone(sorted), at, at+1)
}

// Outcome is what a status means for a tenant without a grant.
type Outcome struct {
	Status Status
	Plan   tenant.Plan // in force, when pro was bought
	Live   bool        // it can be changed and ended; no other is sold
	Ends   bool        // nothing follows by itself: a plan is bought anew
}

// Outcomes lists that of every status.
func Outcomes() []Outcome {
	var all []Outcome
	for _, s := range Statuses() {
		bought := Subscription{ID: "bought", Plan: tenant.Pro, Status: s}
		all = append(all, Outcome{
			Status: s, Plan: InForce(bought, Grant{}, time.Time{}), Live: s.Live(),
			Ends: !s.Live() && s != Incomplete,
		})
	}
	return all
}

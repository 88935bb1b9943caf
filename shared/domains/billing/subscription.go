// Package billing owns what a tenant has bought: how a plan is bought, changed
// and ended at the payment service, what its events change here, and which plan
// is in force. It knows the payment service by the ports in ports.go.
package billing

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Mode is who takes the money.
type Mode string

// The modes.
const (
	Stripe Mode = "stripe"
	Mock   Mode = "mock" // a stand-in that speaks Stripe's protocol and takes none
	Off    Mode = "off"  // nothing is sold here
)

// Modes lists every mode.
func Modes() []Mode { return []Mode{Stripe, Mock, Off} }

// RealMoney reports whether people pay at a stage, so that a stand-in that takes
// nothing has no place there. The template's rule says the same.
func RealMoney(stage string) bool { return stage == "production" || stage == "prod" }

// Status is the life of a subscription, in Stripe's words
// (https://docs.stripe.com/api/subscriptions/object), and NotBought.
type Status string

// The statuses.
const (
	NotBought         Status = "free"
	Incomplete        Status = "incomplete"
	IncompleteExpired Status = "incomplete_expired"
	Trialing          Status = "trialing"
	Active            Status = "active"
	PastDue           Status = "past_due"
	Unpaid            Status = "unpaid"
	Paused            Status = "paused"
	Canceled          Status = "canceled"
)

// Statuses lists every status.
func Statuses() []Status {
	return []Status{NotBought, Incomplete, IncompleteExpired, Trialing, Active, PastDue, Unpaid, Paused, Canceled}
}

// Entitles reports whether a subscription with this status gives its plan. What
// is past due does, for as long as the payment service tries again: that is the
// grace, and its length is a setting there.
func (s Status) Entitles() bool { return s == Trialing || s == Active || s == PastDue }

// Live reports whether there is a subscription that can be changed or ended; with
// one, no other is sold.
func (s Status) Live() bool { return s.Entitles() || s == Unpaid || s == Paused }

// Subscription is what a tenant has bought, as the payment service last told it.
// The worker that applies events writes it and nobody else.
type Subscription struct {
	ID          string      // the payment service's; "" with NotBought
	Plan        tenant.Plan // what was bought, whether it is in force or not
	Status      Status
	PeriodEnd   time.Time // until when it is paid; zero with NotBought
	TrialEnd    time.Time // zero without a trial
	CancelAtEnd bool      // it ends with the period
	Disputed    bool      // a payment of it is disputed: Disputes holds one
	Disputes    []string  // ids of the invoices that are disputed, sorted
	Refused     []string  // ids of second subscriptions, which are ended and paid back, sorted
	Grants      int64     // invoices paid so far
	Revision    int64     // changes with each write
}

// Grant is an operator's: a plan that is in force whatever was bought, until it
// ends. The zero value is none.
type Grant struct {
	Plan  tenant.Plan
	Until time.Time // zero: until an operator ends it
}

// Holds reports whether there is a grant that has not ended at now.
func (g Grant) Holds(now time.Time) bool {
	return g.Plan != "" && (g.Until.IsZero() || now.Before(g.Until))
}

// InForce is the plan that a tenant has: a grant while it holds, and else what
// was bought while that entitles to it. No other rule decides it.
func InForce(s Subscription, g Grant, now time.Time) tenant.Plan {
	switch {
	case g.Holds(now):
		return g.Plan
	case s.Status.Entitles():
		return s.Plan
	}
	return tenant.Free
}

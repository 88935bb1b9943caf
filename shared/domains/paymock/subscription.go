package paymock

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// monthsAfter is the same day n months later, or the month's last.
func monthsAfter(anchor int64, n int) int64 {
	at := time.Unix(anchor, 0).UTC()
	first := time.Date(at.Year(), at.Month(), 1, at.Hour(), at.Minute(), at.Second(), 0, time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(at.Day(), last)-1).Unix()
}

// nextEnd is when a period that begins at start ends.
func nextEnd(anchor, start int64) int64 {
	for n := 1; ; n++ {
		if end := monthsAfter(anchor, n); end > start {
			return end
		}
	}
}

func (s *Subscription) ended() bool {
	return s.Status == "canceled" || s.Status == "incomplete_expired"
}

// live says that periods of it follow each other.
func (s *Subscription) live() bool {
	return slices.Contains([]string{"trialing", "active", "past_due"}, s.Status)
}

// become changes a subscription's status and tells of it.
func (d *Document) become(s *Subscription, status string) {
	if s.Status == status {
		return
	}
	paused := s.Status == "paused"
	s.Status = status
	d.tell("customer.subscription.updated", d.subscriptionObject(s))
	switch {
	case status == "paused":
		d.tell("customer.subscription.paused", d.subscriptionObject(s))
	case paused:
		d.tell("customer.subscription.resumed", d.subscriptionObject(s))
	}
}

// cancel ends a subscription now.
func (d *Document) cancel(s *Subscription, reason string) {
	s.Status, s.EndedAt, s.Reason = "canceled", d.now, reason
	if s.CanceledAt == 0 {
		s.CanceledAt = d.now
	}
	for _, inv := range d.Invoices {
		if inv.Subscription == s.ID {
			inv.NextTry = 0
		}
	}
	d.tell("customer.subscription.deleted", d.subscriptionObject(s))
}

// setCancelAtEnd lets a subscription end with its period, or go on.
func (d *Document) setCancelAtEnd(s *Subscription, end bool) {
	if s.CancelAtEnd == end {
		return
	}
	s.CancelAtEnd, s.CanceledAt, s.Reason = end, 0, ""
	if end {
		s.CanceledAt, s.Reason = d.now, "cancellation_requested"
	}
	d.tell("customer.subscription.updated", d.subscriptionObject(s))
}

// Proration says when the difference of a change is paid.
type Proration string

// The prorations, in Stripe's words.
const (
	AtOnce   Proration = "always_invoice"
	WithNext Proration = "create_prorations"
	Never    Proration = "none"
)

// changePrice moves a subscription to another price. With strict, a payment that
// fails changes nothing.
func (d *Document) changePrice(s *Subscription, to string, how Proration, strict bool) error {
	if s.Price == to {
		return nil
	}
	old, _ := d.price(s.Price)
	next, known := d.price(to)
	if !known {
		return absent("price", to, "items[0][price]")
	}
	var lines []Line
	if how != Never && s.Status != "trialing" && s.End > d.now {
		back := d.line(old.ID, -share(old.Cents, s, d.now), d.now, s.End)
		rest := d.line(next.ID, share(next.Cents, s, d.now), d.now, s.End)
		back.Text, rest.Text = "Unused time on "+old.Name, "Remaining time on "+next.Name
		back.Proration, rest.Proration = true, true
		lines = []Line{back, rest}
	}
	var total int64
	for _, l := range lines {
		total += l.Amount
	}
	if how == AtOnce && strict && total+d.Balance > 0 && d.CardFails {
		return declined()
	}
	s.Price = to
	if how != AtOnce || len(lines) == 0 {
		d.Pending = append(d.Pending, lines...)
		d.tell("customer.subscription.updated", d.subscriptionObject(s))
		return nil
	}
	inv := d.bill(s, "subscription_update", lines)
	d.tell("customer.subscription.updated", d.subscriptionObject(s))
	d.tell("invoice.finalized", d.invoiceObject(inv))
	if !d.collect(inv) {
		d.fail(s, inv)
	}
	return nil
}

// share is what the rest of a period costs, by the second, rounded to the nearest
// hundredth.
func share(cents int64, s *Subscription, now int64) int64 {
	whole, left := big.NewInt(s.End-s.Start), big.NewInt(s.End-now)
	n := new(big.Int).Mul(big.NewInt(cents), left)
	n.Mul(n, big.NewInt(2)).Add(n, whole)
	return n.Div(n, whole.Mul(whole, big.NewInt(2))).Int64()
}

// renew begins the next period, or ends with the one that is over.
func (d *Document) renew(s *Subscription) {
	if s.CancelAtEnd {
		d.cancel(s, s.Reason)
		return
	}
	trial := s.Status == "trialing"
	s.Start = s.End
	s.End = nextEnd(s.Anchor, s.Start)
	price, _ := d.price(s.Price)
	inv := d.bill(s, "subscription_cycle", []Line{d.line(s.Price, price.Cents, s.Start, s.End)})
	if trial {
		s.Status = "active"
	}
	d.tell("customer.subscription.updated", d.subscriptionObject(s))
	d.tell("invoice.finalized", d.invoiceObject(inv))
	if !d.collect(inv) {
		d.fail(s, inv)
	}
}

// bringAbout puts a subscription into a status that would take long to come to,
// or that only another's setting leads to, and tells of it as Stripe does.
func (d *Document) bringAbout(s *Subscription, status string) error {
	all := []string{"incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "paused", "canceled"}
	switch {
	case !slices.Contains(all, status):
		return invalid("status", "", "Invalid status: must be one of %s", strings.Join(all, ", "))
	case s.ended():
		return invalid("", "", "The subscription has ended.")
	case status == "canceled":
		d.cancel(s, "cancellation_requested")
	case status == "incomplete_expired":
		s.EndedAt = d.now
		d.become(s, status)
	default:
		if status == "trialing" && s.TrialEnd <= d.now {
			s.TrialStart, s.TrialEnd = d.now, s.End
		}
		d.become(s, status)
	}
	return nil
}

// resume lets a paused subscription go on with a new period.
func (d *Document) resume(s *Subscription) error {
	if s.Status != "paused" {
		return invalid("", "", "Only subscriptions with status \"paused\" can be resumed. This one is %s.", s.Status)
	}
	if s.End <= d.now {
		s.Anchor, s.End = d.now, d.now
		s.Status = "active"
		d.renew(s)
		d.tell("customer.subscription.resumed", d.subscriptionObject(s))
		return nil
	}
	d.become(s, "active")
	return nil
}

package paymock

import (
	"net/url"
	"time"
)

const (
	warnBefore     = 3 * day   // the end of a trial
	incompleteEnds = 23 * 3600 // after it was made
	longestMove    = 366 * day // of the clock, in one call
	mostSteps      = 10000     // a bound that is not met: each step has its time

	// mostUndelivered bounds the document: nothing that waits to be heard is let go.
	mostUndelivered = 60
)

// step is something that happens by itself.
type step struct {
	at int64
	do func()
}

// run lets all happen that is due until an instant, each at its time, and leaves
// the customer's clock there.
func (d *Document) run(to int64) {
	for range mostSteps {
		next, ok := d.nextStep()
		if !ok || next.at > to {
			break
		}
		d.now = max(next.at, d.Customer.Created)
		next.do()
	}
	d.now = to
}

// nextStep is what happens first.
func (d *Document) nextStep() (step, bool) {
	var first step
	found := false
	consider := func(at int64, do func()) {
		if !found || at < first.at {
			first, found = step{at, do}, true
		}
	}
	if d.Customer.Deleted {
		return first, false
	}
	for _, s := range d.Sessions {
		if s.Status == "open" {
			consider(s.Expires, func() { _ = d.expireSession(s) }) // it is open
		}
	}
	for _, s := range d.Subscriptions {
		switch {
		case s.Status == "trialing" && !s.Warned && s.TrialEnd > 0:
			consider(max(s.TrialEnd-warnBefore, s.Created), func() {
				s.Warned = true
				d.tell("customer.subscription.trial_will_end", d.subscriptionObject(s))
			})
		case s.Status == "incomplete":
			consider(s.Created+incompleteEnds, func() { d.giveUp(s) })
		case s.live(), s.CancelAtEnd && !s.ended():
			consider(s.End, func() { d.renew(s) })
		case s.Status == "unpaid":
			consider(s.End, func() { // nothing more is asked for
				s.Start, s.End = s.End, nextEnd(s.Anchor, s.End)
				d.tell("customer.subscription.updated", d.subscriptionObject(s))
			})
		}
	}
	for _, inv := range d.Invoices {
		if inv.Status == "open" && inv.NextTry > 0 {
			consider(inv.NextTry, func() { d.retry(inv) })
		}
	}
	return first, found
}

// giveUp ends a subscription whose first payment never came.
func (d *Document) giveUp(s *Subscription) {
	s.EndedAt = d.now
	d.become(s, "incomplete_expired")
	if inv := d.invoice(s.Latest); inv != nil && inv.Status == "open" {
		_ = d.void(inv) // it is open
	}
}

// Move sets the customer's clock forward, by a form: to is an instant (RFC 3339),
// renewal, trial_end or month; advance is a duration like 720h. All that is due
// until then happens.
func (d *Document) Move(form url.Values) error {
	to, err := d.target(form)
	switch {
	case err != nil:
		return err
	case to < d.now:
		return invalid("to", "", "The clock moves forward only: it is %s.", d.Now().Format(time.RFC3339))
	case d.Undelivered() > mostUndelivered:
		return invalid("to", "", "%d events wait to be heard. Deliver them first.", d.Undelivered())
	case to-d.now > longestMove:
		return invalid("to", "", "The clock moves by a year at most in one call.")
	}
	d.Ahead += to - d.now
	d.run(to)
	return nil
}

func (d *Document) target(form url.Values) (int64, error) {
	switch to := form.Get("to"); to {
	case "":
		by, err := time.ParseDuration(form.Get("advance"))
		if err != nil {
			return 0, invalid("advance", "", "Give to=<RFC 3339, renewal, trial_end or month> or advance=<duration>, as 720h.")
		}
		return d.now + int64(by.Seconds()), nil
	case "month":
		return monthsAfter(d.now, 1), nil
	case "renewal", "trial_end":
		s := d.Current()
		if s == nil || s.ended() || to == "trial_end" && s.TrialEnd <= d.now {
			return 0, invalid("to", "", "There is no %s to come.", to)
		}
		if to == "trial_end" {
			return s.TrialEnd, nil
		}
		return max(s.End, d.now), nil
	default:
		at, err := time.Parse(time.RFC3339, to)
		if err != nil {
			return 0, invalid("to", "", "%q is no instant of RFC 3339.", to)
		}
		return at.Unix(), nil
	}
}

// Current is the subscription that a page shows: the oldest that has not ended,
// or else the newest; nil when nothing was bought.
func (d *Document) Current() *Subscription {
	if s := find(d.Subscriptions, func(s *Subscription) bool { return !s.ended() }); s != nil {
		return s
	}
	if n := len(d.Subscriptions); n > 0 {
		return d.Subscriptions[n-1]
	}
	return nil
}

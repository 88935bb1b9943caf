package paymock

import (
	"fmt"
	"slices"
)

// retryDays are when a payment that failed is tried again, in days after the
// first time; after the last one the subscription ends.
func retryDays() []int64 { return []int64{3, 5, 7, 14} }

const day = 24 * 3600

func (d *Document) line(price string, amount, start, end int64) Line {
	p, _ := d.price(price)
	return Line{ID: d.id("il"), Price: price, Text: "1 × " + p.Name + " (at " + Money(p.Cents, p.Currency) + " / month)", Amount: amount, Start: start, End: end}
}

// Money is an amount as people read it.
func Money(cents int64, currency string) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	unit := currency + " "
	if currency == "usd" {
		unit = "$"
	}
	return fmt.Sprintf("%s%s%d.%02d", sign, unit, cents/100, cents%100)
}

// bill makes an open invoice of lines and of what waited for it. A credit of the
// customer's is used up first; an invoice below zero becomes one.
func (d *Document) bill(s *Subscription, reason string, lines []Line) *Invoice {
	if reason == "subscription_cycle" {
		lines = append(d.Pending, lines...)
		d.Pending = nil
	}
	price, _ := d.price(s.Price)
	inv := &Invoice{
		ID: d.id("in"), Subscription: s.ID, Reason: reason, Status: "open", Currency: price.Currency,
		Lines: lines, Created: d.now, Starting: d.Balance,
	}
	for _, l := range lines {
		inv.Total += l.Amount
	}
	inv.Due = max(inv.Total+d.Balance, 0)
	d.Balance = min(inv.Total+d.Balance, 0)
	inv.Ending = d.Balance
	d.Invoices = append(d.Invoices, inv)
	s.Latest = inv.ID
	d.prune()
	return inv
}

// keepInvoices bounds the document, which a table keeps as one item of 400 KB.
const keepInvoices = 60

// prune lets go of the oldest invoice that is settled, with what was charged for it.
func (d *Document) prune() {
	if len(d.Invoices) <= keepInvoices {
		return
	}
	old := find(d.Invoices, func(i *Invoice) bool { return i.Status != "open" })
	if old == nil {
		return
	}
	d.Invoices = slices.DeleteFunc(d.Invoices, func(i *Invoice) bool { return i == old })
	gone := map[string]bool{}
	for _, c := range d.Charges {
		gone[c.ID] = c.Invoice == old.ID
	}
	d.Charges = slices.DeleteFunc(d.Charges, func(c *Charge) bool { return gone[c.ID] })
	d.Refunds = slices.DeleteFunc(d.Refunds, func(r *Refund) bool { return gone[r.Charge] })
	d.Disputes = slices.DeleteFunc(d.Disputes, func(p *Dispute) bool { return gone[p.Charge] })
}

// collect takes what an open invoice asks for, tells of it, and reports whether
// it is paid.
func (d *Document) collect(inv *Invoice) bool {
	inv.Attempts++
	if inv.Due > 0 {
		if inv.Intent == "" {
			inv.Intent = d.id("pi")
		}
		c := &Charge{ID: d.id("ch"), Invoice: inv.ID, Amount: inv.Due, Currency: inv.Currency, Created: d.now, Failed: d.CardFails}
		d.Charges = append(d.Charges, c)
		inv.Charge = c.ID
		if c.Failed {
			d.tell("invoice.payment_failed", d.invoiceObject(inv))
			return false
		}
	}
	inv.Status, inv.PaidAt, inv.NextTry, inv.Confirm = "paid", d.now, 0, false
	d.tell("invoice.paid", d.invoiceObject(inv))
	return true
}

// retry tries a payment again that failed, when its time has come.
func (d *Document) retry(inv *Invoice) {
	s := d.subscription(inv.Subscription)
	if s.ended() { // nothing is owed any more by the card
		inv.NextTry = 0
		return
	}
	if d.collect(inv) {
		d.recovered(s)
		return
	}
	days := retryDays()
	if tried := inv.Attempts - 1; tried < len(days) {
		inv.NextTry = inv.Created + days[tried]*day
		return
	}
	inv.NextTry = 0
	if d.EndUnpaid {
		d.become(s, "unpaid")
		return
	}
	d.cancel(s, "payment_failed")
}

// fail begins to try an invoice again.
func (d *Document) fail(s *Subscription, inv *Invoice) {
	inv.NextTry = inv.Created + retryDays()[0]*day
	d.become(s, "past_due")
}

// recovered says that what a subscription owed is paid.
func (d *Document) recovered(s *Subscription) {
	if find(d.Invoices, func(i *Invoice) bool { return i.Subscription == s.ID && i.Status == "open" }) != nil {
		return
	}
	switch s.Status {
	case "past_due", "unpaid", "incomplete":
		d.become(s, "active")
	}
}

// payNow pays an open invoice, as a person does at the portal, or who calls the API.
func (d *Document) payNow(inv *Invoice) error {
	s := d.subscription(inv.Subscription)
	switch {
	case inv.Status == "paid":
		return invalid("", "invoice_already_paid", "Invoice is already paid")
	case inv.Status != "open":
		return invalid("", "invoice_not_payable", "This invoice is %s and cannot be paid.", inv.Status)
	case d.CardFails:
		return declined()
	}
	session := find(d.Sessions, func(c *Session) bool { return c.Invoice == inv.ID && c.Status == "open" })
	d.collect(inv)
	if !s.ended() {
		d.recovered(s)
	}
	if session != nil {
		session.Status = "complete"
		d.tell("checkout.session.completed", d.sessionObject(session))
	}
	return nil
}

// void gives up on an open invoice.
func (d *Document) void(inv *Invoice) error {
	if inv.Status != "open" {
		return invalid("", "", "You can only pass in open invoices. This invoice is %s.", inv.Status)
	}
	inv.Status, inv.VoidedAt, inv.NextTry = "void", d.now, 0
	d.tell("invoice.voided", d.invoiceObject(inv))
	return nil
}

// payBack refunds a charge, all that is left of it with amount 0.
func (d *Document) payBack(c *Charge, amount int64, reason string, metadata map[string]string) (*Refund, error) {
	left := c.Amount - c.Refunded
	switch {
	case c.Failed:
		return nil, invalid("charge", "", "This charge did not succeed, so it cannot be refunded.")
	case left == 0:
		return nil, invalid("", "charge_already_refunded", "Charge %s has already been refunded.", c.ID)
	case c.Dispute != "" && d.dispute(c.Dispute).Status == "lost":
		return nil, invalid("", "charge_disputed", "Charge %s has been charged back; cannot issue a refund.", c.ID)
	case amount == 0:
		amount = left
	case amount < 0 || amount > left:
		return nil, invalid("amount", "", "Refund amount (%s) is greater than unrefunded amount on charge (%s)", Money(amount, c.Currency), Money(left, c.Currency))
	}
	r := &Refund{ID: d.id("re"), Charge: c.ID, Amount: amount, Reason: reason, Metadata: metadata, Created: d.now}
	d.Refunds = append(d.Refunds, r)
	c.Refunded += amount
	d.tell("charge.refunded", d.chargeObject(c))
	return r, nil
}

// disputed opens a dispute of a charge, or ends the one that is open.
func (d *Document) disputed(c *Charge, status string) error {
	open := c.Dispute != "" && d.dispute(c.Dispute).Status == "needs_response"
	switch {
	case status == "needs_response" && c.Dispute == "" && !c.Failed:
		p := &Dispute{ID: d.id("dp"), Charge: c.ID, Amount: c.Amount, Status: status, Created: d.now}
		c.Dispute = p.ID
		d.Disputes = append(d.Disputes, p)
		d.tell("charge.dispute.created", d.disputeObject(p))
	case status != "needs_response" && open:
		p := d.dispute(c.Dispute)
		p.Status = status
		d.tell("charge.dispute.closed", d.disputeObject(p))
	default:
		return invalid("status", "", "The charge has no dispute that could become %s.", status)
	}
	return nil
}

package paymock

import (
	"net/url"
	"time"
)

// Checkout is what a checkout page shows.
type Checkout struct {
	ID        string
	Plan      string
	Price     string // of a month
	TrialDays int64
	Status    string // open, complete or expired
	CancelURL string
}

// Checkout reads what a page shows. Errors: a Fault for none.
func (d *Document) Checkout(id string) (Checkout, error) {
	s := d.session(id)
	if s == nil {
		return Checkout{}, absent("checkout.session", id, "id")
	}
	p, _ := d.price(s.Price)
	return Checkout{ID: s.ID, Plan: p.Name, Price: Money(p.Cents, p.Currency), TrialDays: s.TrialDays, Status: s.Status, CancelURL: s.CancelURL}, nil
}

// State is what a portal page shows, and what a call that moves the clock answers.
type State struct {
	Customer     string        `json:"customer"`
	Now          time.Time     `json:"now"` // by the customer's clock
	Card         string        `json:"card"`
	Delivery     string        `json:"delivery"`
	Undelivered  int           `json:"undelivered"`
	Subscription object        `json:"subscription"` // Stripe's object; null for none
	Invoices     []InvoiceLine `json:"invoices"`

	Plan      string    `json:"-"`
	Price     string    `json:"-"`
	Status    string    `json:"-"`
	CancelEnd bool      `json:"-"`
	PeriodEnd time.Time `json:"-"`
	TrialEnd  time.Time `json:"-"`
	ReturnURL string    `json:"-"`
}

// InvoiceLine is an invoice in a list for people.
type InvoiceLine struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Amount string    `json:"amount"`
	Status string    `json:"status"` // open, paid, void, refunded or disputed
}

// shownInvoices are listed on a page, the newest.
const shownInvoices = 24

// State reads what a page shows of the customer.
func (d *Document) State() State {
	s := State{
		Customer: d.Customer.ID, Now: d.Now(), Card: "works", Delivery: "once", Undelivered: d.Undelivered(), Invoices: []InvoiceLine{},
	}
	if d.CardFails {
		s.Card = "fails"
	}
	if d.Delivery != Once {
		s.Delivery = string(d.Delivery)
	}
	if sub := d.Current(); sub != nil {
		price, _ := d.price(sub.Price)
		s.Subscription, s.Plan, s.Price, s.Status = d.subscriptionObject(sub), price.Name, Money(price.Cents, price.Currency), sub.Status
		s.CancelEnd, s.PeriodEnd = sub.CancelAtEnd, time.Unix(sub.End, 0).UTC()
		if sub.TrialEnd > 0 {
			s.TrialEnd = time.Unix(sub.TrialEnd, 0).UTC()
		}
	}
	for i := len(d.Invoices) - 1; i >= 0 && len(s.Invoices) < shownInvoices; i-- {
		s.Invoices = append(s.Invoices, d.invoiceLine(d.Invoices[i]))
	}
	return s
}

func (d *Document) invoiceLine(i *Invoice) InvoiceLine {
	l := InvoiceLine{ID: i.ID, At: time.Unix(i.Created, 0).UTC(), Text: i.Lines[len(i.Lines)-1].Text, Amount: Money(i.Due, i.Currency), Status: i.Status}
	if c := d.charge(i.Charge); c != nil && !c.Failed {
		switch {
		case c.Refunded > 0:
			l.Status = "refunded"
		case c.Dispute != "":
			l.Status = "disputed"
		}
	}
	return l
}

// Portal plays a person at a portal page, or a test; the form's member do says
// what is done.
//
//	cancel, resume      the subscription ends with its period, or goes on
//	end                 it ends now
//	card=works|fails    which card is on file
//	pay                 the open invoices are paid
//	move                the clock moves: to=… or advance=…, see Move
//	status=…            it is put into that status
//	refund              the last payment is paid back
//	dispute=open|won|lost
//	after=cancel|unpaid what happens after the last retry
//	delivery=once|twice|reverse|hold
func (d *Document) Portal(form url.Values) error {
	if d.Customer.Deleted {
		return absent("customer", d.Customer.ID, "id")
	}
	switch form.Get("do") {
	case "move":
		return d.Move(form)
	case "card":
		v, err := oneOf(form, "card", "works", "works", "fails")
		d.CardFails = v == "fails"
		return err
	case "after":
		v, err := oneOf(form, "after", "cancel", "cancel", "unpaid")
		d.EndUnpaid = v == "unpaid"
		return err
	case "delivery":
		v, err := oneOf(form, "delivery", "once", "once", string(Twice), string(Reversed), string(Held))
		if d.Delivery = Delivery(v); v == "once" {
			d.Delivery = Once
		}
		return err
	case "deliver":
		return nil // whoever handles the form delivers
	case "pay", "refund", "dispute":
		return d.money(form)
	}
	return d.subscribed(form)
}

func (d *Document) subscribed(form url.Values) error {
	s := d.Current()
	if s == nil || s.ended() {
		return invalid("do", "", "There is no subscription.")
	}
	switch do := form.Get("do"); do {
	case "cancel", "resume":
		if do == "resume" && s.Status == "paused" {
			return d.resume(s)
		}
		d.setCancelAtEnd(s, do == "cancel")
		return nil
	case "end":
		d.cancel(s, "cancellation_requested")
		return nil
	case "status":
		return d.bringAbout(s, form.Get("status"))
	}
	return invalid("do", "", "Invalid do: %q", form.Get("do"))
}

func (d *Document) money(form url.Values) error {
	if form.Get("do") == "pay" {
		inv := find(d.Invoices, func(i *Invoice) bool { return i.Status == "open" })
		if inv == nil {
			return invalid("do", "", "No invoice is open.")
		}
		return d.payNow(inv)
	}
	var last *Charge
	for _, c := range d.Charges {
		if !c.Failed {
			last = c
		}
	}
	if last == nil {
		return invalid("do", "", "Nothing was paid.")
	}
	if form.Get("do") == "refund" {
		_, err := d.payBack(last, 0, "requested_by_customer", nil)
		return err
	}
	v, err := oneOf(form, "dispute", "open", "open", "won", "lost")
	if err != nil {
		return err
	}
	if v == "open" {
		v = "needs_response"
	}
	return d.disputed(last, v)
}

// Return is where a portal page leads back to. Errors: a Fault for a page that is
// not, or no longer, there.
func (d *Document) Return(id string) (string, error) {
	p := d.portal(id)
	if p == nil {
		return "", absent("billing_portal.session", id, "id")
	}
	return p.ReturnURL, nil
}

// Opens reports whether an id is a page of this customer's that is open to whoever
// has it.
func (d *Document) Opens(id string) bool { return d.portal(id) != nil || d.session(id) != nil }

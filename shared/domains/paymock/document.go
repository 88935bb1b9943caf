// Package paymock owns the stand-in for Stripe: what a payment service does when
// a plan is bought, renewed, changed, ended, refunded or disputed, and what it
// tells of it, in Stripe's words and JSON (API version 2023-10-16). No money moves.
// All that is known of one customer is one document, and every id that is handed
// out holds the customer's, so that one read answers any question.
package paymock

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// APIVersion is Stripe's, of every object and event here.
const APIVersion = "2023-10-16"

// Document is all that is known of one customer. Instants are seconds since 1970,
// by the customer's clock unless they say otherwise; amounts are hundredths of the
// currency.
type Document struct {
	Customer      Customer        `json:"customer"`
	Ahead         int64           `json:"ahead"` // seconds that the customer's clock is ahead of the real one
	Next          int64           `json:"next"`  // counts the ids that were handed out
	CardFails     bool            `json:"card_fails,omitempty"`
	EndUnpaid     bool            `json:"end_unpaid,omitempty"` // after the last retry: unpaid, and not canceled
	Balance       int64           `json:"balance,omitempty"`    // negative is a credit
	Pending       []Line          `json:"pending,omitempty"`    // of the next invoice
	Sessions      []*Session      `json:"sessions,omitempty"`
	Portals       []*Portal       `json:"portals,omitempty"`
	Subscriptions []*Subscription `json:"subscriptions,omitempty"`
	Invoices      []*Invoice      `json:"invoices,omitempty"`
	Charges       []*Charge       `json:"charges,omitempty"`
	Refunds       []*Refund       `json:"refunds,omitempty"`
	Disputes      []*Dispute      `json:"disputes,omitempty"`
	Answers       []Kept          `json:"answers,omitempty"`
	Events        []*Event        `json:"events,omitempty"`
	Delivery      Delivery        `json:"delivery,omitempty"`
	Writes        []string        `json:"writes,omitempty"` // random names of the last changes, to know one's own by

	revision int64
	now      int64 // the customer's clock
	real     time.Time
	setting  Setting
}

// Setting is what all customers share.
type Setting struct {
	Prices []Price
	Base   string        // address of the stand-in, without a slash at the end
	Random func() string // at least 128 bits, letters and digits
}

// Customer is who pays.
type Customer struct {
	ID          string            `json:"id"`
	Email       string            `json:"email,omitempty"`
	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
	Created     int64             `json:"created"`
	Deleted     bool              `json:"deleted,omitempty"`
	Request     string            `json:"request,omitempty"` // digest of what it was made with
}

// Session is a page where a plan is bought.
type Session struct {
	ID           string            `json:"id"`
	Price        string            `json:"price"`
	SuccessURL   string            `json:"success_url"`
	CancelURL    string            `json:"cancel_url"`
	Reference    string            `json:"reference,omitempty"`
	Metadata     map[string]string `json:"metadata,omitempty"`
	Carried      map[string]string `json:"carried,omitempty"` // metadata of its subscription
	TrialDays    int64             `json:"trial_days,omitempty"`
	Status       string            `json:"status"` // open, complete or expired
	Created      int64             `json:"created"`
	Expires      int64             `json:"expires"`
	Subscription string            `json:"subscription,omitempty"`
	Invoice      string            `json:"invoice,omitempty"`
}

// Portal is a page where subscriptions are seen and ended.
type Portal struct {
	ID        string `json:"id"`
	ReturnURL string `json:"return_url"`
	Created   int64  `json:"created"` // by the real clock, as Expires
	Expires   int64  `json:"expires"`
}

// Subscription is what a customer pays for, month by month.
type Subscription struct {
	ID          string            `json:"id"`
	Item        string            `json:"item"`
	Price       string            `json:"price"`
	Status      string            `json:"status"`
	Metadata    map[string]string `json:"metadata,omitempty"`
	Created     int64             `json:"created"`
	Anchor      int64             `json:"anchor"` // months are counted from here
	Start       int64             `json:"start"`  // of the period
	End         int64             `json:"end"`
	TrialStart  int64             `json:"trial_start,omitempty"`
	TrialEnd    int64             `json:"trial_end,omitempty"`
	Warned      bool              `json:"warned,omitempty"` // of the end of the trial
	CancelAtEnd bool              `json:"cancel_at_end,omitempty"`
	CanceledAt  int64             `json:"canceled_at,omitempty"`
	EndedAt     int64             `json:"ended_at,omitempty"`
	Reason      string            `json:"reason,omitempty"` // why it was canceled
	Latest      string            `json:"latest,omitempty"` // invoice
}

// Line is one of an invoice.
type Line struct {
	ID        string `json:"id"`
	Price     string `json:"price"`
	Text      string `json:"text"`
	Amount    int64  `json:"amount"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Proration bool   `json:"proration,omitempty"`
}

// Invoice asks for what a period costs.
type Invoice struct {
	ID           string `json:"id"`
	Subscription string `json:"subscription"`
	Reason       string `json:"reason"` // subscription_create, subscription_cycle or subscription_update
	Status       string `json:"status"` // open, paid or void
	Currency     string `json:"currency"`
	Lines        []Line `json:"lines"`
	Created      int64  `json:"created"`
	PaidAt       int64  `json:"paid_at,omitempty"`
	VoidedAt     int64  `json:"voided_at,omitempty"`
	Total        int64  `json:"total"`
	Starting     int64  `json:"starting,omitempty"` // balance before it
	Ending       int64  `json:"ending,omitempty"`   // and after
	Due          int64  `json:"due"`
	Attempts     int    `json:"attempts"`
	NextTry      int64  `json:"next_try,omitempty"`
	Charge       string `json:"charge,omitempty"` // the last one
	Intent       string `json:"intent,omitempty"`
	Confirm      bool   `json:"confirm,omitempty"` // the person has to confirm the payment first
}

// Charge is an attempt to take money.
type Charge struct {
	ID       string `json:"id"`
	Invoice  string `json:"invoice"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Created  int64  `json:"created"`
	Failed   bool   `json:"failed,omitempty"`
	Refunded int64  `json:"refunded,omitempty"`
	Dispute  string `json:"dispute,omitempty"`
}

// Refund gives money back.
type Refund struct {
	ID       string            `json:"id"`
	Charge   string            `json:"charge"`
	Amount   int64             `json:"amount"`
	Reason   string            `json:"reason,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Created  int64             `json:"created"`
}

// Dispute is a customer's bank asking for money back.
type Dispute struct {
	ID      string `json:"id"`
	Charge  string `json:"charge"`
	Amount  int64  `json:"amount"`
	Status  string `json:"status"` // needs_response, won or lost
	Created int64  `json:"created"`
}

// Kept is the answer to a request with an Idempotency-Key.
type Kept struct {
	Key     string          `json:"key"`
	Request string          `json:"request"` // digest of method, path and parameters
	Status  int             `json:"status"`
	Body    json.RawMessage `json:"body"`
	At      int64           `json:"at"` // by the real clock
}

// id hands out an id of this customer: of a kind, and never again.
func (d *Document) id(kind string) string {
	d.Next++
	serial := strconv.FormatInt(d.Next, 36)
	for len(serial) < 6 {
		serial = "0" + serial
	}
	return kind + "_" + keyOf(d.Customer.ID) + serial
}

// secret hands out an id that opens a page to whoever has it.
func (d *Document) secret(kind string) string {
	return kind + "_" + keyOf(d.Customer.ID) + d.setting.Random()
}

// Now is the customer's clock.
func (d *Document) Now() time.Time { return time.Unix(d.now, 0).UTC() }

func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, func(v *T) bool { return is(v) }); i >= 0 {
		return all[i]
	}
	return nil
}

func (d *Document) session(id string) *Session {
	return find(d.Sessions, func(s *Session) bool { return s.ID == id })
}

func (d *Document) portal(id string) *Portal {
	return find(d.Portals, func(p *Portal) bool { return p.ID == id && d.real.Unix() < p.Expires })
}

func (d *Document) subscription(id string) *Subscription {
	return find(d.Subscriptions, func(s *Subscription) bool { return s.ID == id })
}

func (d *Document) invoice(id string) *Invoice {
	return find(d.Invoices, func(i *Invoice) bool { return i.ID == id })
}

func (d *Document) intent(id string) *Invoice {
	return find(d.Invoices, func(i *Invoice) bool { return i.Intent == id })
}

func (d *Document) charge(id string) *Charge {
	return find(d.Charges, func(c *Charge) bool { return c.ID == id })
}

func (d *Document) refund(id string) *Refund {
	return find(d.Refunds, func(r *Refund) bool { return r.ID == id })
}

func (d *Document) dispute(id string) *Dispute {
	return find(d.Disputes, func(p *Dispute) bool { return p.ID == id })
}

func (d *Document) event(id string) *Event {
	return find(d.Events, func(e *Event) bool { return e.ID == id })
}

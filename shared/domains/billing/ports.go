package billing

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Reported is a subscription as the payment service has it now.
type Reported struct {
	ID, Customer string
	Plan         tenant.Plan // by its price; "" for a price that is none of ours
	Status       Status
	CreatedAt    time.Time
	PeriodEnd    time.Time
	TrialEnd     time.Time // zero without a trial
	CancelAtEnd  bool
	Invoice      string // id of the latest one; "" for none
}

// Invoice is one as the payment service has it now.
type Invoice struct {
	ID, Customer, Subscription string
	Plan                       tenant.Plan // by the price of its subscription's line; "" for none of ours
	Paid                       bool
	PaidAt                     time.Time
	PeriodEnd                  time.Time // until when it pays
	Amount                     int64     // paid, in hundredths of Currency
	Refunded                   int64     // of Amount, paid back
	DisputeOpen, DisputeLost   bool
	Currency                   string // ISO 4217, lower case
}

// Ended reports whether all of a paid invoice went back, by a refund or a lost dispute.
func (i Invoice) Ended() bool {
	return i.Paid && (i.DisputeLost || i.Amount > 0 && i.Refunded >= i.Amount)
}

// Session is a page of the payment service that a person is sent to.
type Session struct {
	ID, URL string
	Until   time.Time // when it closes; zero of a portal
}

// CheckoutRequest asks for a page where a plan is bought.
type CheckoutRequest struct {
	Tenant     tenant.ID
	Customer   string
	Plan       tenant.Plan
	Attempt    int64 // with tenant and plan: what makes a repeated request the same
	TrialDays  int64 // that it begins with, free of charge; 0 is none
	SuccessURL string
	CancelURL  string
}

// Provider is the payment service. Writes are made once for what identifies them
// (tenant; tenant, plan and attempt; subscription; invoice; or a name of the request), however
// often they are asked for. Every call is bounded in time.
//
// Errors: PaymentFailed for a refusal or an outage of the service, BillingNotSetUp
// when it is off, NotFound where said.
type Provider interface {
	// CreateCustomer makes the tenant a customer; email is where receipts go.
	CreateCustomer(ctx context.Context, id tenant.ID, email string) (customer string, err error)
	// ReplaceCustomer makes the tenant another customer in the place of one that was
	// deleted, once for that one.
	ReplaceCustomer(ctx context.Context, id tenant.ID, gone, email string) (customer string, err error)
	// Checkout opens a page where the plan is bought. Errors: PlanByContact when the
	// plan has no price; a CustomerGone.
	Checkout(ctx context.Context, r CheckoutRequest) (Session, error)
	// CloseCheckout makes a page sell nothing any more; one that has sold or closed
	// already is success.
	CloseCheckout(ctx context.Context, session string) error
	// Portal opens a page where cards and invoices are seen and a subscription ends.
	// Errors: a CustomerGone.
	Portal(ctx context.Context, customer, returnURL string) (Session, error)
	// Subscriptions lists all that a customer has or had, the oldest first.
	Subscriptions(ctx context.Context, customer string) ([]Reported, error)
	// ChangePlan moves a subscription to another plan: a dearer one is paid for the
	// rest of the period at once, a cheaper one is credited. once names the request.
	ChangePlan(ctx context.Context, subscription string, plan tenant.Plan, once string) (Reported, error)
	// SetCancelAtEnd lets it end with its period, or go on. once names the request.
	SetCancelAtEnd(ctx context.Context, subscription string, end bool, once string) (Reported, error)
	// EndNow ends a subscription at once; one that has ended is success.
	EndNow(ctx context.Context, subscription string) error
	// Refund pays an invoice back in full; one that was paid back is success.
	Refund(ctx context.Context, invoice string) error
	// Invoice reads an invoice, with its refunds and disputes. Errors: NotFound.
	Invoice(ctx context.Context, id string) (Invoice, error)
	// Event reads an event again, for up to 30 days. Errors: NotFound; WebhookInvalid
	// for one of another version than this code reads.
	Event(ctx context.Context, id string) (Event, error)
}

// CustomerGone says that a customer was deleted at the payment service.
type CustomerGone struct{ Customer string }

func (g *CustomerGone) Error() string { return "billing: customer " + g.Customer + " was deleted" }

// ErrOff is the cause where nothing is sold at all, other than where a key is refused.
var ErrOff = errors.New("billing: off")

// Event is what the payment service tells: that something happened to one of its
// objects. It holds ids alone; what is so now is read from the service.
type Event struct {
	ID        string
	Type      string
	CreatedAt time.Time
	Customer  string // whose it is; "" for an object of no customer
	Object    string // id of what it happened to
	Invoice   string // that it concerns; "" for none
}

// HookStatus is what has become of an event.
type HookStatus string

// The statuses of an event.
const (
	Received HookStatus = "received"
	Applied  HookStatus = "applied"
	Failed   HookStatus = "failed" // after many tries: an operator looks, and replays it
)

// Hook is an event as it is kept with its tenant, for 30 days.
type Hook struct {
	Event
	Status HookStatus
	Tries  int
	At     time.Time // when it was heard
	DueAt  time.Time // when it is handed on again; zero once it is applied
}

// HookStore keeps events with their tenants, and when what decides a plan is read again.
type HookStore interface {
	// AddHook stores an event, in the index of open work until it is DueAt, unless
	// it is stored already. It returns what is stored then.
	AddHook(ctx context.Context, t tenant.ID, h Hook) (Hook, error)
	// Hook reads one, strongly consistent. Errors: NotFound.
	Hook(ctx context.Context, t tenant.ID, event string) (Hook, error)
	// MoveHook replaces status, tries and due time of an event if they are those of
	// before; with a DueAt of zero it leaves the index of open work. Errors: ErrChanged.
	MoveHook(ctx context.Context, t tenant.ID, before, after Hook) error
	// PutOff makes a tenant's Subscription or Grant that was due before now due at
	// until, and changes nothing else of it. Errors: ErrChanged when it is not overdue.
	PutOff(ctx context.Context, t tenant.ID, kind openwork.Kind, now, until time.Time) error
}

// ErrChanged says that what a write rests on is no longer what was read: read it
// again.
var ErrChanged = errors.New("billing: changed meanwhile")

// Order is a message to the worker. Without an event it reads the subscription again.
type Order struct {
	TenantID tenant.ID `json:"tenant_id"`
	EventID  string    `json:"event_id,omitempty"`
}

// Queue hands orders to the worker, each at least once, in no order.
type Queue interface {
	Send(ctx context.Context, o Order) error
}

// Account is the tenant's side of the payment service: its customer and the
// checkout that is open. The API writes it; the worker reads it.
type Account struct {
	Customer string // "" before the first checkout
	Attempt  int64  // checkouts begun
	Checkout Session
	Plan     tenant.Plan // that the open checkout sells
	Trial    bool        // nothing was bought when it was begun, so that it may begin with a trial
	// Revision is the subscription's when the checkout was begun: once it has moved
	// on, the page has sold what it had to sell, or is no longer the right one.
	Revision int64
}

// WorkStore is what the worker needs beside the events.
type WorkStore interface {
	HookStore
	// Held reads all that decides the plan, strongly consistent. Errors: NotFound.
	Held(ctx context.Context, t tenant.ID) (Held, error)
	// Granted reports whether a paid invoice was granted, strongly consistent.
	Granted(ctx context.Context, t tenant.ID, invoice string) (bool, error)
	// Apply writes a change, all or nothing. Errors: ErrChanged.
	Apply(ctx context.Context, t tenant.ID, c Change) error
}

// Change is what the worker writes at once. The revisions of the tenant and of the
// subscription, and the grant, must be those of Before still.
type Change struct {
	Before       Held
	Plan         tenant.Plan  // in force after it; another than before moves the tenant's revision
	Subscription Subscription // after it; its Revision is one more than before, whatever else changed
	DueAt        time.Time    // when the subscription is read again if nothing is heard; zero: never
	Grant        Grant        // after it; the zero value is none
	Invoice      *Invoice     // paid; nil for none
	New          bool         // the invoice is granted by this: it must not be stored yet
	Hook         string       // id of the event that is applied by this, which must not be yet; "" for none
	Acts         []audit.Entry
}

// Held is all that decides a tenant's plan, read in one strongly consistent call:
// each part as it is, and not all at one time. So a write rests on each of them.
type Held struct {
	Tenant       tenant.Tenant
	Subscription Subscription
	Grant        Grant // as it is stored; see Agreed
	Account      Account
}

// Agreed is the grant that a tenant has. A paid plan of a tenant that has neither
// a grant nor anything bought is older than grants: an operator agreed to it.
func (h Held) Agreed() Grant {
	if h.Grant.Plan == "" && h.Subscription.ID == "" && h.Tenant.Plan.Paid() {
		return Grant{Plan: h.Tenant.Plan}
	}
	return h.Grant
}

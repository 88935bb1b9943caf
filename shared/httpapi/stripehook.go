package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// StripeWebhook is where the payment service's events come in.
func StripeWebhook() Raw {
	return Raw{Name: "stripe-webhook", Method: http.MethodPost, Path: "/webhooks/stripe", MaxBody: 1 << 20}
}

// EventSource tells the payment service's events from others'.
type EventSource interface {
	// Verify takes an event by its body and signature. Errors: WebhookInvalid,
	// BillingNotSetUp.
	Verify(ctx context.Context, body []byte, signature string, now time.Time) (billing.Event, error)
	// Whose adds the customer to an event that names none. Errors: NotFound, PaymentFailed.
	Whose(ctx context.Context, e billing.Event) (billing.Event, error)
}

// EventInbox keeps events and hands them on.
type EventInbox interface {
	Receive(ctx context.Context, t tenant.ID, e billing.Event) error
}

// PaymentEvents keeps each event of the payment service with the tenant that it
// is about, and answers. What it changes is the worker's.
type PaymentEvents struct {
	Source    EventSource // nil where nothing is sold
	Customers billing.Customers
	Inbox     EventInbox
	Signature string // name of the header
	Now       func() time.Time
	// Passed is told of an event that is not kept: UnknownType, UnknownCustomer.
	Passed func(metric, kind string)
	// Refused is told why an event is not the payment service's.
	Refused func(ctx context.Context, err error)
}

// The metrics of events that are not kept.
const (
	UnknownType     = "WebhookUnknownType"
	UnknownCustomer = "WebhookUnknownCustomer"
)

// Receive is a RawHandler. An answer of 200 says that the event need not come
// again; any other makes the payment service repeat it for days.
func (p PaymentEvents) Receive(w http.ResponseWriter, r *http.Request, body []byte) error {
	if err := p.receive(r, body); err != nil {
		return err
	}
	WriteJSON(w, http.StatusOK, "application/json", map[string]bool{"received": true})
	return nil
}

func (p PaymentEvents) receive(r *http.Request, body []byte) error {
	if p.Source == nil {
		return problem.New(problem.BillingNotSetUp, "Billing is not set up here.")
	}
	ctx, signature := r.Context(), ""
	if all := r.Header.Values(p.Signature); len(all) == 1 { // of several it is not known which one counts
		signature = all[0]
	}
	e, err := p.Source.Verify(ctx, body, signature, p.Now())
	if err != nil {
		p.Refused(ctx, err)
		return err
	}
	if !billing.Handled(e.Type) {
		p.Passed(UnknownType, e.Type)
		return nil
	}
	id, err := p.whose(ctx, &e)
	if problem.Is(err, problem.NotFound) {
		p.Passed(UnknownCustomer, e.Type)
		return nil
	}
	if err != nil {
		return err
	}
	return p.Inbox.Receive(ctx, id, e)
}

// whose finds the tenant of an event. Errors: NotFound.
func (p PaymentEvents) whose(ctx context.Context, e *billing.Event) (tenant.ID, error) {
	known, err := p.Source.Whose(ctx, *e)
	if err != nil {
		return "", err
	}
	*e = known
	if e.Customer == "" {
		return "", problem.New(problem.NotFound, "The event names no customer.")
	}
	return p.Customers.TenantOf(ctx, e.Customer)
}

package billing

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Handled reports whether events of a type may change what is stored here. Others
// are counted, and not kept.
func Handled(kind string) bool {
	switch kind {
	case "checkout.session.completed", "checkout.session.expired",
		"customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
		"customer.subscription.paused", "customer.subscription.resumed", "customer.subscription.trial_will_end",
		"invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.finalized", "invoice.voided",
		"charge.refunded", "charge.dispute.created", "charge.dispute.closed", "customer.deleted":
		return true
	}
	return false
}

// Customers finds whose a customer of the payment service is.
type Customers interface {
	// TenantOf errors: NotFound.
	TenantOf(ctx context.Context, customer string) (tenant.ID, error)
}

// ReplayOrder is an operator's: to have an event applied again.
type ReplayOrder struct {
	ID       string    `json:"id"`
	TenantID tenant.ID `json:"tenant_id"` // whose it is stored with; "" asks the payment service
}

// Replayed is what was handed on.
type Replayed struct {
	Order
	Type string `json:"type,omitempty"` // "" when the payment service was not asked
}

// Replayer has events applied again, also those that never came.
type Replayer struct {
	Events interface {
		Event(context.Context, string) (Event, error)
	} // of the payment service
	Customers Customers
	Inbox     Inbox
}

// Replay errors: InvalidInput; NotFound for an event that neither the tenant nor the
// payment service has, or that is nobody's here; WebhookInvalid for one of another
// version that has to be asked for; BillingNotSetUp, PaymentFailed.
func (r Replayer) Replay(ctx context.Context, o ReplayOrder) (Replayed, error) {
	if o.ID == "" || o.TenantID != "" && !tenant.ValidID(string(o.TenantID)) {
		return Replayed{}, problem.New(problem.InvalidInput, "Name an event by id, and perhaps the tenant that it is stored with by tenant_id.")
	}
	done := Replayed{Order: Order{TenantID: o.TenantID, EventID: o.ID}}
	if o.TenantID != "" {
		return done, r.Inbox.Replay(ctx, o.TenantID, o.ID)
	}
	e, err := r.Events.Event(ctx, o.ID)
	if err != nil {
		return Replayed{}, err
	}
	if !Handled(e.Type) || e.Customer == "" {
		return Replayed{}, problem.New(problem.NotFound, "The event changes nothing here.")
	}
	if done.TenantID, err = r.Customers.TenantOf(ctx, e.Customer); err != nil {
		return Replayed{}, err
	}
	done.Type = e.Type
	if err = r.Inbox.Replay(ctx, done.TenantID, o.ID); problem.Is(err, problem.NotFound) {
		err = r.Inbox.Receive(ctx, done.TenantID, e)
	}
	return done, err
}

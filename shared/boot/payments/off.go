package payments

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// off is the payment service where nothing is sold.
type off struct{}

func notSetUp() error {
	return problem.Wrap(problem.BillingNotSetUp, "Billing is not set up here.", billing.ErrOff)
}

func (off) CreateCustomer(context.Context, tenant.ID, string) (string, error) {
	return "", notSetUp()
}

func (off) ReplaceCustomer(context.Context, tenant.ID, string, string) (string, error) {
	return "", notSetUp()
}

func (off) Checkout(context.Context, billing.CheckoutRequest) (billing.Session, error) {
	return billing.Session{}, notSetUp()
}

func (off) CloseCheckout(context.Context, string) error { return notSetUp() }

func (off) Portal(context.Context, string, string) (billing.Session, error) {
	return billing.Session{}, notSetUp()
}

func (off) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return nil, notSetUp()
}

func (off) ChangePlan(context.Context, string, tenant.Plan, string) (billing.Reported, error) {
	return billing.Reported{}, notSetUp()
}

func (off) SetCancelAtEnd(context.Context, string, bool, string) (billing.Reported, error) {
	return billing.Reported{}, notSetUp()
}

func (off) EndNow(context.Context, string) error { return notSetUp() }

func (off) Refund(context.Context, string) error { return notSetUp() }

func (off) Invoice(context.Context, string) (billing.Invoice, error) {
	return billing.Invoice{}, notSetUp()
}

func (off) Event(context.Context, string) (billing.Event, error) { return billing.Event{}, notSetUp() }

// Customers are none that anybody could ask for.
func (off) Customers(context.Context, tenant.ID, string) ([]string, string, error) {
	return nil, "", nil
}

func (off) End(context.Context, tenant.ID, string) error { return notSetUp() }

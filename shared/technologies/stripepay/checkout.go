package stripepay

import (
	"context"
	"strconv"
	"time"

	"github.com/stripe/stripe-go/v76"
	portal "github.com/stripe/stripe-go/v76/billingportal/session"
	checkout "github.com/stripe/stripe-go/v76/checkout/session"
	"github.com/stripe/stripe-go/v76/customer"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// metaTenant is where customers and subscriptions at the service say whose they
// are, for the people who look there. Nothing here goes by it but an erasure, which
// looks for customers that nobody stored.
const metaTenant = "tenant_id"

// CreateCustomer implements billing.Provider. The address is set by a call of its
// own: with another one the customer's name would not be taken a second time.
func (c *Client) CreateCustomer(ctx context.Context, id tenant.ID, email string) (string, error) {
	return c.createCustomer(ctx, "customer-"+string(id), id, email)
}

// ReplaceCustomer implements billing.Provider.
func (c *Client) ReplaceCustomer(ctx context.Context, id tenant.ID, gone, email string) (string, error) {
	return c.createCustomer(ctx, "customer-"+string(id)+"-after-"+gone, id, email)
}

func (c *Client) createCustomer(ctx context.Context, name string, id tenant.ID, email string) (string, error) {
	var made *stripe.Customer
	err := c.write(ctx, "create customer", name, func(key string, p stripe.Params) (err error) {
		made, err = customer.Client{B: c.backend, Key: key}.New(&stripe.CustomerParams{
			Params: p, Metadata: map[string]string{metaTenant: string(id)},
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return made.ID, c.change(ctx, "set customer's address", func(key string, p stripe.Params) error {
		_, err := customer.Client{B: c.backend, Key: key}.Update(made.ID, &stripe.CustomerParams{Params: p, Email: stripe.String(email)})
		return err
	})
}

// Checkout implements billing.Provider.
func (c *Client) Checkout(ctx context.Context, r billing.CheckoutRequest) (billing.Session, error) {
	price, err := c.price(r.Plan)
	if err != nil {
		return billing.Session{}, err
	}
	whose := map[string]string{metaTenant: string(r.Tenant)}
	begins := &stripe.CheckoutSessionSubscriptionDataParams{Metadata: whose}
	if r.TrialDays > 0 {
		begins.TrialPeriodDays = stripe.Int64(r.TrialDays)
	}
	name := "checkout-" + string(r.Tenant) + "-" + string(r.Plan) + "-" + strconv.FormatInt(r.Attempt, 10)
	var made *stripe.CheckoutSession
	err = c.write(ctx, "open checkout", name, func(key string, p stripe.Params) (err error) {
		made, err = checkout.Client{B: c.backend, Key: key}.New(&stripe.CheckoutSessionParams{
			Params: p, Mode: stripe.String(string(stripe.CheckoutSessionModeSubscription)),
			Customer: stripe.String(r.Customer), ClientReferenceID: stripe.String(string(r.Tenant)),
			LineItems:  []*stripe.CheckoutSessionLineItemParams{{Price: stripe.String(price), Quantity: stripe.Int64(1)}},
			SuccessURL: stripe.String(r.SuccessURL), CancelURL: stripe.String(r.CancelURL),
			Metadata: whose, SubscriptionData: begins,
		})
		return err
	})
	if err != nil {
		return billing.Session{}, c.orGone(ctx, r.Customer, err)
	}
	return billing.Session{ID: made.ID, URL: made.URL, Until: at(made.ExpiresAt)}, nil
}

// price is what a plan is bought by. Errors: PlanByContact.
func (c *Client) price(p tenant.Plan) (string, error) {
	if id := c.prices[p]; id != "" {
		return id, nil
	}
	return "", problem.New(problem.PlanByContact, "This plan is agreed with each customer. Write to us.")
}

// CloseCheckout implements billing.Provider.
func (c *Client) CloseCheckout(ctx context.Context, session string) error {
	err := c.write(ctx, "close checkout", "close-"+session, func(key string, p stripe.Params) error {
		_, err := checkout.Client{B: c.backend, Key: key}.Expire(session, &stripe.CheckoutSessionExpireParams{Params: p})
		return err
	})
	if !refusedAsInvalid(err) {
		return err
	}
	var now *stripe.CheckoutSession
	if readErr := c.read(ctx, "read checkout", func(key string, p stripe.Params) (err error) {
		now, err = checkout.Client{B: c.backend, Key: key}.Get(session, &stripe.CheckoutSessionParams{Params: p})
		return err
	}); readErr != nil {
		return readErr
	}
	if now.Status == stripe.CheckoutSessionStatusOpen {
		return err
	}
	return nil
}

// Portal implements billing.Provider. Each call opens a page of its own: one lives
// for minutes.
func (c *Client) Portal(ctx context.Context, whose, returnURL string) (billing.Session, error) {
	var made *stripe.BillingPortalSession
	err := c.change(ctx, "open portal", func(key string, p stripe.Params) (err error) {
		made, err = portal.Client{B: c.backend, Key: key}.New(&stripe.BillingPortalSessionParams{
			Params: p, Customer: stripe.String(whose), ReturnURL: stripe.String(returnURL),
		})
		return err
	})
	if err != nil {
		return billing.Session{}, c.orGone(ctx, whose, err)
	}
	return billing.Session{ID: made.ID, URL: made.URL}, nil
}

// orGone says of a call that was refused for something that is not there that its
// customer was deleted, where the service says so: see unlessDeleted.
func (c *Client) orGone(ctx context.Context, whose string, err error) error {
	if !refusedAsMissing(err) {
		return err
	}
	var found *stripe.Customer
	readErr := c.read(ctx, "read customer", func(key string, p stripe.Params) (err error) {
		found, err = customer.Client{B: c.backend, Key: key}.Get(whose, &stripe.CustomerParams{Params: p})
		return err
	})
	if readErr != nil || !found.Deleted {
		return err
	}
	return problem.Wrap(problem.PaymentFailed, noAnswer, &billing.CustomerGone{Customer: whose})
}

// at is a time of the service's; zero for none.
func at(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

package mockpay_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	stripecustomer "github.com/stripe/stripe-go/v76/customer"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
	"github.com/devotionalai/platform/tests/harness"
)

// provider is the product's own client of the payment service, calling the stand-in.
func (s *stand) provider() billing.Provider {
	prices := map[tenant.Plan]string{tenant.Pro: pro, tenant.Enterprise: "price_mock_enterprise"}
	return stripepay.New(stripepay.Settings{Base: s.URL + "/mock/stripe", Prices: prices}, stripepay.NewKeys(secret{}, time.Now))
}

// TestTheProductsOwnClientIsAnswered in every call that it makes, and once for
// what is asked twice.
func TestTheProductsOwnClientIsAnswered(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, ctx := s.provider(), t.Context()
	twice := func(call func() error) {
		t.Helper()
		harness.Must(t, call())
		harness.Must(t, call())
	}
	id, r := tenant.ID(tenant.NewID()), billing.CheckoutRequest{Plan: tenant.Pro, SuccessURL: "http://localhost:8000/paid", CancelURL: "http://localhost:8000/"}
	var customers, pages []string
	twice(func() error {
		c, err := p.CreateCustomer(ctx, id, "a@example.com")
		customers = append(customers, c)
		return err
	})
	r.Tenant, r.Customer = id, customers[0]
	twice(func() error {
		page, err := p.Checkout(ctx, r)
		pages = append(pages, page.URL)
		return err
	})
	if customers[0] != customers[1] || pages[0] != pages[1] {
		t.Fatalf("two of one: %v %v", customers, pages)
	}
	r.Attempt = 1
	other, err := p.Checkout(ctx, r)
	harness.Must(t, err)
	twice(func() error { return p.CloseCheckout(ctx, other.ID) })
	s.send("POST", pages[0], "outcome=succeeded", program)
	subs, err := p.Subscriptions(ctx, customers[0])
	harness.Must(t, err)
	if len(subs) != 1 || subs[0].Plan != tenant.Pro || subs[0].Status != billing.Active {
		t.Fatalf("%+v", subs)
	}
	s.providerEnds(p, customers[0], subs[0])
	for _, e := range s.told {
		if got, err := p.Event(ctx, e.ID); err != nil || got.Customer != customers[0] || got.Type != string(e.Type) || got.Object == "" {
			t.Errorf("%s reads as %+v, %v", e.Type, got, err)
		}
	}
}

// TestAChangeDownIsCredited: whom an operator put on the plan by contact and who goes
// to one that is sold pays nothing until what was paid is used up.
func TestAChangeDownIsCredited(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, ctx := s.provider(), t.Context()
	customer, err := p.CreateCustomer(ctx, tenant.ID(tenant.NewID()), "a@example.com")
	harness.Must(t, err)
	page, err := p.Checkout(ctx, billing.CheckoutRequest{Customer: customer, Plan: tenant.Enterprise, SuccessURL: "http://localhost:8000/paid", CancelURL: "http://localhost:8000/"})
	harness.Must(t, err)
	s.send("POST", page.URL, "outcome=succeeded", program)
	subs, err := p.Subscriptions(ctx, customer)
	harness.Must(t, err)
	down, err := p.ChangePlan(ctx, subs[0].ID, tenant.Pro, "1")
	harness.Must(t, err)
	bill, err := p.Invoice(ctx, down.Invoice)
	harness.Must(t, err)
	if subs[0].Plan != tenant.Enterprise || down.Plan != tenant.Pro || down.Invoice == subs[0].Invoice || bill.Plan != tenant.Pro || !bill.Paid || bill.Amount != 0 {
		t.Errorf("%+v, then %+v by %+v", subs[0], down, bill)
	}
	portal, err := p.Portal(ctx, customer, "http://localhost:8000/billing")
	harness.Must(t, err)
	s.send("POST", portal.URL, "do=move&to=renewal", program)
	subs, err = p.Subscriptions(ctx, customer)
	harness.Must(t, err)
	if bill, err = p.Invoice(ctx, subs[0].Invoice); err != nil || bill.ID == down.Invoice || !bill.Paid || bill.Amount != 0 {
		t.Errorf("the credit is not used: %+v, %v", bill, err)
	}
}

// TestADeletedCustomerIsToldFromOthers, and replaced once.
func TestADeletedCustomerIsToldFromOthers(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, ctx, id := s.provider(), t.Context(), tenant.ID(tenant.NewID())
	customer, err := p.CreateCustomer(ctx, id, "a@example.com")
	harness.Must(t, err)
	client := stripecustomer.Client{B: stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{URL: stripe.String(s.URL + "/mock/stripe")}), Key: apiKey}
	_, err = client.Del(customer, nil)
	harness.Must(t, err)
	r := billing.CheckoutRequest{Tenant: id, Plan: tenant.Pro, SuccessURL: "http://localhost:8000/paid", CancelURL: "http://localhost:8000/"}
	for whose, isGone := range map[string]bool{customer: true, "cus_aaaaaaaaaaaaaaaa": false} {
		r.Customer, r.Attempt = whose, r.Attempt+1
		_, err := p.Checkout(ctx, r)
		_, portalErr := p.Portal(ctx, whose, "http://localhost:8000/billing")
		for _, err := range []error{err, portalErr} {
			gone := (*billing.CustomerGone)(nil)
			if harness.WantCode(t, err, problem.PaymentFailed); errors.As(err, &gone) != isGone || isGone && gone.Customer != whose {
				t.Errorf("%s: %v", whose, err)
			}
		}
	}
	first, err := p.ReplaceCustomer(ctx, id, customer, "a@example.com")
	harness.Must(t, err)
	again, err := p.ReplaceCustomer(ctx, id, customer, "b@example.com")
	harness.Must(t, err)
	r.Customer, r.Attempt = first, 9
	if _, err := p.Checkout(ctx, r); err != nil || first == customer || again != first {
		t.Errorf("%s, %s: %v", first, again, err)
	}
}

// TestACustomerThatNobodyStoredIsFoundAndEnds, also one that replaced another.
func TestACustomerThatNobodyStoredIsFoundAndEnds(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, ctx, id := s.provider(), t.Context(), tenant.ID(tenant.NewID())
	client := p.(*stripepay.Client)
	found := func(want ...string) {
		t.Helper()
		if got, next, err := client.Customers(ctx, id, ""); err != nil || next != "" || !slices.Equal(got, want) {
			t.Errorf("found %v, %v, want %v", got, err, want)
		}
	}
	found()
	_, err := p.CreateCustomer(ctx, tenant.ID(tenant.NewID()), "a@example.com")
	harness.Must(t, err)
	found()
	first, err := p.CreateCustomer(ctx, id, "a@example.com")
	harness.Must(t, err)
	found(first)
	harness.Must(t, client.End(ctx, id, first))
	found()
	second, err := p.ReplaceCustomer(ctx, id, first, "a@example.com")
	harness.Must(t, err)
	found(second)
	harness.Must(t, client.End(ctx, id, second))
	found()
}

// providerEnds changes a subscription, disputes and pays back its invoice, and ends it.
func (s *stand) providerEnds(p billing.Provider, customer string, sub billing.Reported) {
	s.t.Helper()
	t, ctx := s.t, s.t.Context()
	portal, err := p.Portal(ctx, customer, "http://localhost:8000/billing")
	harness.Must(t, err)
	s.send("POST", portal.URL, "do=card&card=fails", program)
	_, err = p.ChangePlan(ctx, sub.ID, tenant.Enterprise, "1")
	harness.WantCode(t, err, problem.PaymentFailed)
	s.send("POST", portal.URL, "do=card&card=works", program)
	dearer, err := p.ChangePlan(ctx, sub.ID, tenant.Enterprise, "1") // the refusal of before is passed over
	harness.Must(t, err)
	bill, err := p.Invoice(ctx, dearer.Invoice)
	harness.Must(t, err)
	if dearer.Plan != tenant.Enterprise || bill.Plan != tenant.Enterprise || !bill.Paid || bill.Amount != 27000 {
		t.Errorf("%+v %+v", dearer, bill)
	}
	for _, end := range []bool{true, false} {
		now, err := p.SetCancelAtEnd(ctx, sub.ID, end, "1")
		harness.Must(t, err)
		if now.CancelAtEnd != end {
			t.Errorf("%+v", now)
		}
	}
	for range 2 {
		harness.Must(t, p.Refund(ctx, sub.Invoice))
		harness.Must(t, p.EndNow(ctx, sub.ID))
	}
	s.send("POST", portal.URL, "do=dispute&dispute=open", program)
	back, err := p.Invoice(ctx, sub.Invoice)
	harness.Must(t, err)
	disputed, err := p.Invoice(ctx, dearer.Invoice)
	harness.Must(t, err)
	if !back.Ended() || !disputed.DisputeOpen {
		t.Errorf("%+v %+v", back, disputed)
	}
	_, err = p.Invoice(ctx, "in_none")
	harness.WantCode(t, err, problem.NotFound)
}

package mockpay_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/devotionalai/platform/shared/httpapi/mockpay"
)

// TestStripesOwnLibraryReadsEveryAnswer follows the life of a subscription, with
// each call that the product makes.
func TestStripesOwnLibraryReadsEveryAnswer(t *testing.T) {
	t.Parallel()
	s := open(t)
	c, page := s.customer("a@example.com")
	if c.Email != "a@example.com" || c.Metadata["tenant_id"] != "T1" || page.Customer.ID != c.ID || page.Status != "open" ||
		!strings.HasPrefix(page.URL, s.URL+"/mock/stripe/checkout/cs_test_") || page.ExpiresAt-page.Created != 24*3600 {
		t.Fatalf("%+v %+v", c, page)
	}
	if got := s.send("POST", page.URL, "outcome=succeeded", program); got.status != http.StatusSeeOther || got.header.Get("Location") != page.SuccessURL {
		t.Fatalf("%+v", got)
	}
	done, err := s.stripe.CheckoutSessions.Get(page.ID, nil)
	if err != nil || done.Status != "complete" || done.PaymentStatus != "paid" || done.Subscription.ID == "" {
		t.Fatalf("%+v %v", done, err)
	}
	list := s.stripe.Subscriptions.List(&stripe.SubscriptionListParams{Customer: stripe.String(c.ID), Status: stripe.String("all")})
	if !list.Next() {
		t.Fatal(list.Err())
	}
	sub := list.Subscription()
	if list.Next() || sub.ID != done.Subscription.ID || sub.Status != "active" || sub.Items.Data[0].Price.ID != pro || sub.LatestInvoice.ID == "" ||
		sub.CurrentPeriodEnd-sub.CurrentPeriodStart < 28*24*3600 || sub.Metadata["tenant_id"] != "T1" || sub.Customer.ID != c.ID {
		t.Fatalf("%+v", sub)
	}
	s.invoice(sub)
	s.changes(sub)
	s.ends(c, sub)
}

// invoice reads an invoice, pays it back, and reads it again.
func (s *stand) invoice(sub *stripe.Subscription) {
	s.t.Helper()
	with := &stripe.InvoiceParams{}
	with.AddExpand("charge")
	i, err := s.stripe.Invoices.Get(sub.LatestInvoice.ID, with)
	if err != nil || !i.Paid || i.AmountPaid != 2900 || i.Currency != "usd" || i.StatusTransitions.PaidAt == 0 || i.Subscription.ID != sub.ID ||
		i.Lines.Data[0].Price.ID != pro || i.Lines.Data[0].Period.End != sub.CurrentPeriodEnd || i.Lines.Data[0].Subscription == nil ||
		!i.Charge.Paid || i.Charge.Amount != 2900 || i.Charge.Disputed {
		s.t.Fatalf("%+v %v", i, err)
	}
	for range 2 {
		p := &stripe.RefundParams{Charge: stripe.String(i.Charge.ID)}
		p.SetIdempotencyKey("refund-" + i.ID)
		if r, err := s.stripe.Refunds.New(p); err != nil || r.Status != "succeeded" || r.Amount != 2900 {
			s.t.Fatalf("%+v %v", r, err)
		}
	}
	_, err = s.stripe.Refunds.New(&stripe.RefundParams{Charge: stripe.String(i.Charge.ID)})
	s.refused(err, 400, "charge_already_refunded")
	if i, err = s.stripe.Invoices.Get(i.ID, with); err != nil || !i.Charge.Refunded || i.Charge.AmountRefunded != 2900 {
		s.t.Fatalf("%+v %v", i.Charge, err)
	}
}

// changes moves a subscription to another price, and to its end and back.
func (s *stand) changes(sub *stripe.Subscription) {
	s.t.Helper()
	dearer, err := s.stripe.Subscriptions.Update(sub.ID, &stripe.SubscriptionParams{
		Items:             []*stripe.SubscriptionItemsParams{{ID: stripe.String(sub.Items.Data[0].ID), Price: stripe.String("price_mock_enterprise")}},
		ProrationBehavior: stripe.String("always_invoice"), PaymentBehavior: stripe.String("error_if_incomplete"),
	})
	if err != nil || dearer.Items.Data[0].Price.ID != "price_mock_enterprise" || dearer.LatestInvoice.ID == sub.LatestInvoice.ID {
		s.t.Fatalf("%+v %v", dearer, err)
	}
	for _, end := range []bool{true, false, true} {
		now, err := s.stripe.Subscriptions.Update(sub.ID, &stripe.SubscriptionParams{CancelAtPeriodEnd: stripe.Bool(end)})
		if err != nil || now.CancelAtPeriodEnd != end || (now.CancelAt != 0) != end {
			s.t.Fatalf("%+v %v", now, err)
		}
	}
}

// ends ends a subscription and its customer, and reads the events of it all.
func (s *stand) ends(c *stripe.Customer, sub *stripe.Subscription) {
	s.t.Helper()
	ended, err := s.stripe.Subscriptions.Cancel(sub.ID, nil)
	if err != nil || ended.Status != "canceled" || ended.EndedAt == 0 {
		s.t.Fatalf("%+v %v", ended, err)
	}
	_, err = s.stripe.Subscriptions.Cancel(sub.ID, nil)
	s.refused(err, 404, "resource_missing")
	if gone, err := s.stripe.Customers.Del(c.ID, nil); err != nil || !gone.Deleted {
		s.t.Fatalf("%+v %v", gone, err)
	}
	if gone, err := s.stripe.Customers.Get(c.ID, nil); err != nil || !gone.Deleted {
		s.t.Fatalf("%+v %v", gone, err)
	}
	var types []string
	for _, e := range s.told {
		types = append(types, string(e.Type))
		again, err := s.stripe.Events.Get(e.ID, nil)
		if err != nil || again.Type != e.Type || string(again.Data.Raw) != string(e.Data.Raw) || again.APIVersion != stripe.APIVersion {
			s.t.Errorf("%+v %v", again, err)
		}
	}
	want := "customer.subscription.created invoice.finalized invoice.paid customer.subscription.updated checkout.session.completed charge.refunded " +
		"customer.subscription.updated invoice.finalized invoice.paid " + strings.Repeat("customer.subscription.updated ", 3) + "customer.subscription.deleted customer.deleted"
	if got := strings.Join(types, " "); got != want {
		s.t.Errorf("told\n%s\nwant\n%s", got, want)
	}
}

func TestTheLibraryReadsRefusals(t *testing.T) {
	t.Parallel()
	s := open(t)
	c, page := s.customer("a@example.com")
	_, err := s.client("sk_test_another").Customers.Get(c.ID, nil)
	s.refused(err, 401, "invalid_request_error")
	_, err = s.stripe.Customers.Get("cus_aaaaaaaaaaaaaaaa", nil)
	s.refused(err, 404, "resource_missing")
	_, err = s.stripe.BillingPortalSessions.New(&stripe.BillingPortalSessionParams{Customer: stripe.String("cus_aaaaaaaaaaaaaaaa")})
	s.refused(err, 400, "resource_missing")
	p := &stripe.CheckoutSessionExpireParams{}
	if closed, err := s.stripe.CheckoutSessions.Expire(page.ID, p); err != nil || closed.Status != "expired" || closed.URL != "" {
		t.Fatalf("%+v %v", closed, err)
	}
	_, err = s.stripe.CheckoutSessions.Expire(page.ID, p)
	s.refused(err, 400, "invalid_request_error")
	named := &stripe.CustomerParams{Email: stripe.String("a@example.com")}
	named.SetIdempotencyKey("customer-T2")
	first, err := s.stripe.Customers.New(named)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.stripe.Customers.New(named)
	if err != nil || again.ID != first.ID || again.LastResponse.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%+v %v", again, err)
	}
	named.Email = stripe.String("b@example.com")
	_, err = s.stripe.Customers.New(named)
	s.refused(err, 400, "idempotency_error")
	other := &stripe.CustomerParams{}
	other.Headers = http.Header{"Stripe-Version": {"2025-01-27.acacia"}}
	_, err = s.stripe.Customers.New(other)
	s.refused(err, 400, "invalid_request_error")
}

// TestOnlyWhoMayMovesTime: by the id of a page, which nobody guesses, or with the key.
func TestOnlyWhoMayMovesTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	c, page := s.customer("a@example.com")
	s.send("POST", page.URL, "outcome=succeeded", browser)
	portal, err := s.stripe.BillingPortalSessions.New(&stripe.BillingPortalSessionParams{Customer: stripe.String(c.ID), ReturnURL: stripe.String("http://localhost:8000/billing")})
	if err != nil || !strings.HasPrefix(portal.URL, s.URL+"/mock/stripe/portal/bps_") {
		t.Fatalf("%+v %v", portal, err)
	}
	guessed := "bps_" + c.ID[len("cus_"):] + strings.Repeat("A", 26)
	for _, ref := range []string{c.ID, guessed, "cs_test_" + guessed[4:], "sub_" + guessed[4:30]} {
		if got := s.send("POST", "/clock/"+ref, "advance=720h", program); got.status != http.StatusUnauthorized {
			t.Errorf("%s moved time: %+v", ref, got)
		}
	}
	if got := s.send("GET", "/clock/"+portal.ID, "", program); got.status != http.StatusMethodNotAllowed {
		t.Errorf("%+v", got)
	}
	for _, ref := range []string{portal.ID, page.ID} {
		got := s.send("POST", "/clock/"+ref, "to=renewal", program)
		var state struct {
			Now          time.Time
			Undelivered  int
			Subscription stripe.Subscription
			Invoices     []struct{ Status, Amount string }
		}
		if err := json.Unmarshal([]byte(got.body), &state); err != nil || got.status != http.StatusOK {
			t.Fatalf("%+v %v", got, err)
		}
		if state.Subscription.Status != "active" || state.Undelivered != 0 || state.Invoices[0].Status != "paid" || state.Invoices[0].Amount != "$29.00" ||
			state.Now.Before(time.Now().Add(27*24*time.Hour)) {
			t.Errorf("%s", got.body)
		}
	}
	if got := s.send("POST", "/act/"+portal.ID, "do=status&status=unpaid", program); !strings.Contains(got.body, `"status":"unpaid"`) {
		t.Errorf("%+v", got)
	}
	if got := s.send("POST", "/deliver/"+portal.ID, "", program); got.status != http.StatusOK {
		t.Errorf("%+v", got)
	}
}

func TestEventsGoBesideTheStandInUnlessASettingSaysWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, base, appURL, want string }{
		{"", "http://localhost:8001/mock/stripe", "https://app.example.com", "http://localhost:8001/webhooks/stripe"},
		{"", "", "https://app.example.com", "https://app.example.com/webhooks/stripe"},
		{"https://x.on.aws/", "https://y.on.aws/mock/stripe", "https://app.example.com", "https://x.on.aws/"},
	} {
		if got := mockpay.Webhook(c.given, c.base, c.appURL); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

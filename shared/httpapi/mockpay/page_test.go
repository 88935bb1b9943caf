package mockpay_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v76"
)

func TestTheCheckoutPagePlaysAPerson(t *testing.T) {
	t.Parallel()
	s := open(t)
	c, page := s.customer("a@example.com")
	shown := s.send("GET", page.URL, "", browser)
	for _, want := range []string{"DevotionalAI Pro", "$29.00", "a month", `value="succeeded"`, `value="declined"`, `value="abandoned"`, "no money moves"} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for range 50 { // programs open links too
		s.send("GET", page.URL, "", browser)
		s.send("HEAD", page.URL, "", program)
	}
	if got := s.send("POST", page.URL, "outcome=declined", browser); got.status != http.StatusPaymentRequired ||
		!strings.Contains(got.body, "Your card was declined.") || !strings.Contains(got.body, `value="succeeded"`) {
		t.Errorf("declined: %d %s", got.status, got.body)
	}
	if got := s.send("POST", page.URL, "outcome=declined", program); got.status != http.StatusPaymentRequired || !strings.Contains(got.body, `"card_declined"`) {
		t.Errorf("declined, to a program: %+v", got)
	}
	if got := s.send("POST", page.URL, "outcome=abandoned", browser); got.status != http.StatusSeeOther || got.header.Get("Location") != page.CancelURL {
		t.Errorf("abandoned: %+v", got)
	}
	if got := s.send("POST", page.URL, "outcome=other", program); got.status != http.StatusBadRequest {
		t.Errorf("another outcome: %+v", got)
	}
	if len(s.told) != 0 {
		t.Fatalf("%d events before anything was bought", len(s.told))
	}
	if got := s.send("POST", page.URL, `{"outcome":"succeeded"}`, program); got.status != http.StatusSeeOther || got.header.Get("Location") != page.SuccessURL {
		t.Errorf("succeeded: %+v", got)
	}
	if got := s.send("GET", page.URL, "", browser); !strings.Contains(got.body, "This has been paid") || strings.Contains(got.body, "<form") {
		t.Error("a page that has sold still sells")
	}
	if got := s.send("PUT", page.URL, "", browser); got.status != http.StatusMethodNotAllowed {
		t.Errorf("%+v", got)
	}
	_, other := s.customer("a@example.com")
	if closed, err := s.stripe.CheckoutSessions.Expire(other.ID, nil); err != nil {
		t.Fatal(closed, err)
	}
	if got := s.send("POST", other.URL, "outcome=succeeded", browser); got.status != http.StatusGone || !strings.Contains(got.body, "This page has expired") {
		t.Errorf("expired: %d %s", got.status, got.body)
	}
	for _, id := range []string{"nothing", "cs_test_aaaaaaaaaaaaaaaa00", page.ID + "0", c.ID, "%00", "../v1/customers"} {
		if got := s.send("GET", "/checkout/"+id, "", browser); got.status != http.StatusNotFound {
			t.Errorf("%s: %+v", id, got.status)
		}
	}
}

// portal opens the page of a customer with a subscription.
func (s *stand) portal() string {
	s.t.Helper()
	c, page := s.customer("a@example.com")
	s.send("POST", page.URL, "outcome=succeeded", program)
	p, err := s.stripe.BillingPortalSessions.New(&stripe.BillingPortalSessionParams{Customer: stripe.String(c.ID), ReturnURL: stripe.String("http://localhost:8000/billing?a=1&b=2")})
	if err != nil {
		s.t.Fatal(err)
	}
	return p.URL
}

func TestThePortalPagePlaysAPerson(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := s.portal()
	for _, step := range []struct{ form, want, gone string }{
		{"", "It renews on", "Pay what is open"},
		{"do=cancel", "Keep the subscription", "Cancel at the end"},
		{"do=resume", "Cancel at the end of the period", "It ends on"},
		{"do=card&card=fails", "The card on file fails.", ""},
		{"do=move&to=renewal", "Past due", ""},
		{"do=card&card=works", "Pay what is open", ""},
		{"do=pay", "It renews on", "Pay what is open"},
		{"do=move&to=month", "29.00", ""},
		{"do=cancel", "It ends on", ""},
		{"do=move&to=renewal", "It has ended.", "Cancel at the end"},
	} {
		if step.form != "" {
			if got := s.send("POST", address, step.form, browser); got.status != http.StatusSeeOther || !strings.HasSuffix(address, got.header.Get("Location")) {
				t.Fatalf("%s: %+v", step.form, got)
			}
		}
		got := s.send("GET", address, "", browser)
		if got.status != http.StatusOK || !strings.Contains(got.body, step.want) || step.gone != "" && strings.Contains(got.body, step.gone) {
			t.Fatalf("after %q the page does not say %q, or says %q:\n%s", step.form, step.want, step.gone, got.body)
		}
		if !strings.Contains(got.body, `href="http://localhost:8000/billing?a=1&amp;b=2"`) {
			t.Fatal("the page leads nowhere")
		}
	}
	if got := s.send("POST", address, "do=cancel", browser); got.status != http.StatusBadRequest || !strings.Contains(got.body, "There is no subscription.") {
		t.Errorf("%d", got.status)
	}
	if got := s.send("GET", address, "", program); !strings.Contains(got.body, `"status":"canceled"`) {
		t.Errorf("%+v", got)
	}
	if got := s.send("GET", address+"0", "", browser); got.status != http.StatusNotFound {
		t.Errorf("%+v", got)
	}
}

// TestPagesRunNothingAndLeadNowhereElse: no script, no foreign form, no frame, and
// what others wrote stays text.
func TestPagesRunNothingAndLeadNowhereElse(t *testing.T) {
	t.Parallel()
	s := open(t)
	const evil = `"><script>alert(1)</script>`
	c, _ := s.customer("a@example.com")
	page, err := s.stripe.CheckoutSessions.New(&stripe.CheckoutSessionParams{
		Mode: stripe.String("subscription"), Customer: stripe.String(c.ID),
		LineItems:  []*stripe.CheckoutSessionLineItemParams{{Price: stripe.String(pro), Quantity: stripe.Int64(1)}},
		SuccessURL: stripe.String("http://localhost:8000/?" + evil), CancelURL: stripe.String("http://localhost:8000/?" + evil),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.send("POST", page.URL, "outcome=succeeded", program)
	p, err := s.stripe.BillingPortalSessions.New(&stripe.BillingPortalSessionParams{Customer: stripe.String(c.ID), ReturnURL: stripe.String("http://localhost:8000/?" + evil)})
	if err != nil {
		t.Fatal(err)
	}
	handler := regexp.MustCompile(`(?i)<script|\son\w+=|javascript:|style="`)
	for name, got := range map[string]answer{
		"checkout":           s.send("GET", page.URL, "", browser),
		"portal":             s.send("GET", p.URL, "", browser),
		"a refusal":          s.send("POST", p.URL, "do="+url.QueryEscape(evil), browser),
		"another refusal":    s.send("POST", p.URL, "do=move&to="+url.QueryEscape(evil), browser),
		"nothing":            s.send("GET", "/portal/"+url.PathEscape(evil), "", browser),
		"a query of nothing": s.send("GET", page.URL+"?x="+url.QueryEscape(evil), "", browser),
	} {
		if found := handler.FindString(got.body); found != "" {
			t.Errorf("%s: the page holds %q:\n%s", name, found, got.body)
		}
		policy := got.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "style-src 'sha256-", "form-action 'self' http://localhost:8000", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %s", name, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") || got.header.Get("Cache-Control") != "no-store" ||
			got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", name, got.header)
		}
	}
}

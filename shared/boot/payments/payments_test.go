package payments

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestWhereNothingIsSoldEveryCallSaysSo(t *testing.T) {
	p, err := Settings{Mode: billing.Off}.Provider(&boot.Runtime{Stage: "production", Mode: boot.AWS})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	errs := map[string]error{"CloseCheckout": p.CloseCheckout(ctx, ""), "EndNow": p.EndNow(ctx, ""), "Refund": p.Refund(ctx, "")}
	_, errs["CreateCustomer"] = p.CreateCustomer(ctx, "", "")
	_, errs["ReplaceCustomer"] = p.ReplaceCustomer(ctx, "", "", "")
	_, errs["Checkout"] = p.Checkout(ctx, billing.CheckoutRequest{})
	_, errs["Portal"] = p.Portal(ctx, "", "")
	_, errs["Subscriptions"] = p.Subscriptions(ctx, "")
	_, errs["ChangePlan"] = p.ChangePlan(ctx, "", "", "")
	_, errs["SetCancelAtEnd"] = p.SetCancelAtEnd(ctx, "", false, "")
	_, errs["Invoice"] = p.Invoice(ctx, "")
	_, errs["Event"] = p.Event(ctx, "")
	for call, err := range errs {
		if !problem.Is(err, problem.BillingNotSetUp) {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// TestTheStandInTakesNobodysPlace: no stage whose people pay starts with it, and
// the key goes nowhere in the clear.
func TestTheStandInTakesNobodysPlace(t *testing.T) {
	whole := Settings{Mode: billing.Stripe, SecretARN: "arn", PricePro: []string{"price_1"}}
	with := func(change func(*Settings)) Settings { s := whole; change(&s); return s }
	mock := with(func(s *Settings) { s.Mode, s.APIBase = billing.Mock, "https://mock.example" })
	for name, c := range map[string]struct {
		settings Settings
		stage    string
		says     string // "" starts
	}{
		"stripe in production":         {whole, "production", ""},
		"the stand-in elsewhere":       {mock, "staging", ""},
		"the stand-in in production":   {mock, "production", "not for the stage production"},
		"the stand-in in prod":         {mock, "prod", "not for the stage prod"},
		"the stand-in at Stripe's":     {with(func(s *Settings) { s.Mode = billing.Mock }), "staging", "STRIPE_API_BASE"},
		"no secret":                    {with(func(s *Settings) { s.SecretARN = "" }), "staging", "STRIPE_SECRET_ARN"},
		"no price":                     {with(func(s *Settings) { s.PricePro = nil }), "staging", "STRIPE_PRICE_PRO"},
		"a price of before":            {with(func(s *Settings) { s.PricePro = []string{"price_2", "price_1"} }), "production", ""},
		"a price of two plans":         {with(func(s *Settings) { s.PriceEnterprise = []string{"price_1"} }), "staging", "name a price twice"},
		"an empty price":               {with(func(s *Settings) { s.PricePro = []string{"price_1", ""} }), "staging", "an empty one"},
		"another mode":                 {with(func(s *Settings) { s.Mode = "paypal" }), "staging", "BILLING_MODE"},
		"a key that everybody may see": {with(func(s *Settings) { s.Mode, s.APIBase = billing.Mock, "http://mock.example" }), "staging", "https://"},
		"a key that goes elsewhere":    {with(func(s *Settings) { s.APIBase = "https://stripe.example" }), "staging", "STRIPE_API_BASE is for BILLING_MODE mock"},
		"and where people pay":         {with(func(s *Settings) { s.APIBase = "https://stripe.example" }), "production", "STRIPE_API_BASE is for BILLING_MODE mock"},
	} {
		_, err := c.settings.Provider(&boot.Runtime{Stage: c.stage, Mode: boot.AWS, Now: time.Now})
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

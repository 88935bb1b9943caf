package main

import (
	"slices"
	"testing"
)

// Every API function starts with what its template gives it: a parameter that
// was renamed there is told here, not chosen in vain.
func TestChosenParametersAreThoseOfTheTemplate(t *testing.T) {
	t.Parallel()
	e, err := newEnvironment("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	e.chosen["MagicLinkFrom"] = "no-reply@devotional.local"
	if err := declared(e.templates, e.chosen); err == nil {
		t.Error("a parameter that no template has is chosen without a word")
	}
}

// A function that sells starts as it does where something is sold.
func TestWhatSellsStartsWithThePaymentService(t *testing.T) {
	t.Parallel()
	e, err := newEnvironment("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.of("billing-checkout")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"BILLING_MODE=stripe", "STRIPE_SECRET_ARN=made-by-the-deployment", "STRIPE_PRICE_PRO=price_pro", "STRIPE_API_BASE="} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %v", want, got)
		}
	}
}

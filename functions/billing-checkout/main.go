// billing-checkout answers POST /api/billing/checkout.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Payments  payments.Settings
	TrialDays int64 `env:"BILLING_TRIAL_DAYS" envDefault:"0"` // of an account's first subscription
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	provider, err := c.Payments.Provider(rt)
	if err != nil {
		return nil, err
	}
	service := &billing.Service{Store: dynamo.NewAccounts(c.Store(rt)), Provider: provider, AppURL: c.AppURL, Now: rt.Now, TrialDays: c.TrialDays}
	return edge.Serve(rt, c.Settings, httpapi.BillingCheckout, httpapi.Checkout(service))
}

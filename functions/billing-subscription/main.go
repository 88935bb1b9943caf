// billing-subscription answers GET /api/billing/subscription.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Mode billing.Mode `env:"BILLING_MODE,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	service := &billing.Service{Store: dynamo.NewAccounts(c.Store(rt)), AppURL: c.AppURL, Now: rt.Now}
	shows := httpapi.Billing{Mode: c.Mode, Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.BillingSubscription, shows.Subscription(service))
}

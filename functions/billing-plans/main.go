// billing-plans answers GET /api/billing/plans.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/httpapi"
)

type config struct {
	edge.Settings
	Quota   metering.Base
	Contact string `env:"BILLING_CONTACT_URL"` // where an agreement is asked for; "" is nowhere
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	return edge.Serve(rt, c.Settings, httpapi.BillingPlans, httpapi.ListPlans(metering.NewQuotas(c.Quota), c.Contact))
}

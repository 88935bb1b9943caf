// stripe-webhook hears the payment service's events, each proved by its signature,
// keeps them with the tenants that they are about, and hands them to billing-apply.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/boot/payments/webhook"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"` // whose a customer is
	AppURL        string `env:"APP_URL,required,notEmpty"`
	QueueURL      string `env:"BILLING_QUEUE_URL,required,notEmpty"`
	Payments      payments.Settings
}

func main() { boot.URL(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	rt.Does(tenant.Hook)
	store := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
	inbox := billing.Inbox{Store: dynamo.NewHooks(store), Queue: sqsqueue.New[billing.Order](rt.AWS, c.QueueURL), Now: rt.Now}
	events, err := webhook.New(rt, c.Payments, dynamo.NewCustomers(store), inbox)
	if err != nil {
		return nil, err
	}
	return edge.ServeRaw(rt, c.AppURL, httpapi.StripeWebhook(), events.Receive)
}

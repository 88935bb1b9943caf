// webhook-replay has an event of the payment service applied again, for an operator.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"` // whose a customer is
	QueueURL      string `env:"BILLING_QUEUE_URL,required,notEmpty"`
	Payments      payments.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, billing.ReplayOrder) (billing.Replayed, error), error) {
	rt.Does(tenant.Hook)
	provider, err := c.Payments.Provider(rt)
	if err != nil {
		return nil, err
	}
	store := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
	inbox := billing.Inbox{Store: dynamo.NewHooks(store), Queue: sqsqueue.New[billing.Order](rt.AWS, c.QueueURL), Now: rt.Now}
	return billing.Replayer{Events: provider, Customers: dynamo.NewCustomers(store), Inbox: inbox}.Replay, nil
}

// billing-apply makes what a tenant has bought follow the payment service: it takes
// orders from the queue, each a tenant and an event that was heard.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Payments      payments.Settings
}

func main() { boot.Queue(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, billing.Order) error, error) {
	provider, err := c.Payments.Provider(rt)
	if err != nil {
		return nil, err
	}
	store := dynamo.NewSubscriptions(dynamo.NewClient(rt.AWS, c.PlatformTable, ""))
	return billing.Worker{Store: store, Provider: provider, Now: rt.Now}.Apply, nil
}

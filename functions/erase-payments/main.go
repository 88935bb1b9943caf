// erase-payments ends what an erased account has at the payment service, before
// anything of ours goes.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"` // the receipt, which shows the step
	Payments      payments.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	ender, err := c.Payments.Ender(rt)
	if err != nil {
		return nil, err
	}
	client := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
	run := erasure.Run{Progress: dynamo.NewErasures(client), Now: rt.Now}
	return erasure.PaymentsStep{Run: run, Items: dynamo.NewErasable(client), Payments: ender}.Do, nil
}

// render-event restarts the run of an execution that died, or ends it.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/runs"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Machines  runs.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.StatusEvent) (struct{}, error), error) {
	rt.Does(tenant.Render)
	heard := c.Machines.Heard(rt, dynamo.NewClient(rt.AWS, c.Platform, c.Directory))
	return func(ctx context.Context, e workflow.StatusEvent) (struct{}, error) {
		return struct{}{}, heard(ctx, e)
	}, nil
}

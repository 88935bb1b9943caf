// render-event hears that an execution died, and restarts its render or ends it.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Machine   string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, render.EndedEvent) (struct{}, error), error) {
	rt.Does(tenant.Render)
	keeper := render.Keeper{
		Settler:  render.NewSettler(dynamo.NewJobs(dynamo.NewClient(rt.AWS, c.Platform, c.Directory)), rt.Now),
		Workflow: stepfn.New(rt.AWS, c.Machine), Warn: rt.Warn,
	}
	return func(ctx context.Context, e render.EndedEvent) (struct{}, error) {
		return struct{}{}, keeper.Hear(ctx, e)
	}, nil
}

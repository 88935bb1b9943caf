// render-event restarts the run of an execution that died, or ends it.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Machine   string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
	Publish   string `env:"PUBLISH_STATE_MACHINE_ARN,required,notEmpty"`
	Erase     string `env:"ERASE_STATE_MACHINE_ARN,required,notEmpty"`
	Export    string `env:"EXPORT_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.StatusEvent) (struct{}, error), error) {
	rt.Does(tenant.Render)
	store := dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
	jobs, publications := dynamo.NewJobs(store), publish.Settler{Store: dynamo.NewPublications(store), Now: rt.Now}
	exports := export.Settler{Store: dynamo.NewExports(store), Now: rt.Now}
	keepers := workflow.Keepers{
		c.Machine: render.NewRuns(render.NewSettler(jobs, rt.Now), stepfn.New(rt.AWS, c.Machine), rt.Warn),
		c.Erase:   erasure.NewRuns(dynamo.NewErasures(store), stepfn.New(rt.AWS, c.Erase), rt.Now, rt.Warn),
		c.Publish: publish.NewRuns(publications, stepfn.New(rt.AWS, c.Publish), rt.Warn),
		c.Export:  export.NewRuns(exports, stepfn.New(rt.AWS, c.Export), rt.Warn),
	}
	return func(ctx context.Context, e workflow.StatusEvent) (struct{}, error) {
		return struct{}{}, keepers.Handle(ctx, e)
	}, nil
}

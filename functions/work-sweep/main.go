// work-sweep sees to renders, previews and uploads that are overdue.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

// sweepLimit bounds one run; the schedule's next one goes on.
const sweepLimit = 200

type config struct {
	steps.Settings
	Machine string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, struct{}) (render.SweepReport, error), error) {
	rt.Does(tenant.Render)
	store, w := c.Store(rt), c.Worker(rt)
	keeper := render.Keeper{
		Settler: render.NewSettler(w.Jobs, rt.Now), Images: dynamo.NewImages(store), Files: w.Files,
		Uploads:  upload.NewKeeper(dynamo.NewUploads(store), s3files.New(rt.AWS, c.MediaBucket), rt.Now, rt.Warn),
		Workflow: stepfn.New(rt.AWS, c.Machine), Index: dynamo.NewOpenWork(store), Warn: w.Warn,
	}
	return func(ctx context.Context, _ struct{}) (render.SweepReport, error) {
		return keeper.Sweep(ctx, sweepLimit)
	}, nil
}

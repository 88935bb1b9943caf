// erase-freeze begins an erasure: it freezes the account and stops what runs.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	steps.Settings
	Machine string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
	Publish string `env:"PUBLISH_STATE_MACHINE_ARN,required,notEmpty"`
	Export  string `env:"EXPORT_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	store, files := c.Store(rt), s3files.New(rt.AWS, c.MediaBucket)
	settler := render.NewSettler(dynamo.NewJobs(store), rt.Now).Telling(outcomes.Ended(rt))
	publications := publish.Settler{Store: dynamo.NewPublications(store), Now: rt.Now}
	return erasure.FreezeStep{
		Run:   erasure.Run{Progress: dynamo.NewErasures(store), Now: rt.Now},
		Items: dynamo.NewErasable(store),
		Stops: map[openwork.Kind]erasure.Stop{
			openwork.Render:  erasure.StopRender(settler, stepfn.New(rt.AWS, c.Machine)),
			openwork.Publish: erasure.StopPublish(publications, stepfn.New(rt.AWS, c.Publish)),
			openwork.Export:  erasure.StopExport(export.Settler{Store: dynamo.NewExports(store), Now: rt.Now}, stepfn.New(rt.AWS, c.Export)),
			openwork.Upload:  upload.Receiver{Store: dynamo.NewUploads(store), Files: files, Now: rt.Now, Warn: rt.Warn}.GiveUp,
			openwork.Image:   render.Keeper{Settler: settler, Images: dynamo.NewImages(store), Files: files}.MendImage,
		},
	}.Do, nil
}

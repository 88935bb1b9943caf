// work-sweep sees to renders, publications, previews, uploads, deleted drafts,
// erasures, exports, and events and periods of billing that are overdue.
package main

import (
	"context"
	"slices"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/boot/runs"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

// sweepLimit bounds one run; the schedule's next one goes on.
const sweepLimit = 200

type config struct {
	steps.Settings
	Machines runs.Settings
	Orders   string `env:"BILLING_QUEUE_URL,required,notEmpty"`
	Checks   string `env:"UPLOAD_QUEUE_URL,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, struct{}) (openwork.Report, error), error) {
	rt.Does(tenant.Sweep)
	store, files := c.Store(rt), s3files.New(rt.AWS, c.MediaBucket)
	uploads := upload.NewKeeper(upload.Receiver{
		Store: dynamo.NewUploads(store), Files: files, Queue: sqsqueue.New[upload.Order](rt.AWS, c.Checks), Wait: boot.Wait, Now: rt.Now, Warn: rt.Warn,
	})
	renders := render.Keeper{
		Settler: render.NewSettler(dynamo.NewJobs(store), rt.Now).Telling(outcomes.Ended(rt)), Images: dynamo.NewImages(store), Files: files, Runs: c.Machines.Render(rt, store),
	}
	drafts := project.NewRemover(dynamo.NewProjects(store), render.NewAlbum(renders.Images, files, rt.Now), rt.Now, rt.Warn)
	exports := export.Keeper{Store: dynamo.NewExports(store), Files: files, Now: rt.Now}
	events := billing.Inbox{Store: dynamo.NewHooks(store), Queue: sqsqueue.New[billing.Order](rt.AWS, c.Orders), Now: rt.Now}
	others := []openwork.Task{publish.Task(c.Machines.Publish(rt, store)), drafts.Task(), erasure.Task(c.Machines.Erase(rt, store))}
	tasks := slices.Concat(uploads.Tasks(), events.Tasks(), others, exports.Tasks(c.Machines.Export(rt, store)), renders.Tasks())
	sweeper := openwork.Sweeper{Index: dynamo.NewOpenWork(store), Tasks: tasks, Now: rt.Now, Warn: rt.Warn}
	return outcomes.Sweeping(rt, sweeper, dynamo.NewJobs(store), sweepLimit), nil
}

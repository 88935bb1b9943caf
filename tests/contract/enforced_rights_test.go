package contract

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

// closing are the settings of a function that has an account erased, or keeps it.
type closing struct {
	edge.Settings
	From    string        `env:"MAIL_FROM"`
	Set     string        `env:"MAIL_CONFIGURATION_SET"`
	CoolOff time.Duration `env:"ERASURE_COOL_OFF"`
}

// erasing are those of a step of an erasure.
type erasing struct{ steps.Settings }

// correcting are those of what hears of objects.
type correcting struct {
	Platform string `env:"PLATFORM_TABLE"`
	Bucket   string `env:"MEDIA_BUCKET"`
	Ledger   string `env:"LEDGER_BUCKET"`
}

// packing are those of a step of an export.
type packing struct{ exporting.Settings }

// sweeping are those of what sees to overdue work.
type sweeping struct {
	steps.Settings
	Checks string `env:"UPLOAD_QUEUE_URL"`
}

// ofRights are functions that export an account, or erase it.
func ofRights() []enforced {
	return []enforced{
		behindAPI(httpapi.AccountClose.Route, func(_ context.Context, rt *boot.Runtime, c closing) (http.Handler, error) {
			store := c.Store(rt)
			closer := &erasure.Closer{
				Book: dynamo.NewErasures(store), People: dynamo.NewMembers(store), AppURL: c.AppURL, Warn: rt.Warn, Now: rt.Now, CoolOff: c.CoolOff,
				Mail: auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(store), Now: rt.Now},
			}
			return edge.Serve(rt, c.Settings, httpapi.AccountClose, httpapi.CloseAccount(closer))
		}),
		behindAPI(httpapi.ReceiptGet.Route, func(_ context.Context, rt *boot.Runtime, c edge.Settings) (http.Handler, error) {
			receipts := &erasure.Receipts{Book: dynamo.NewErasures(c.Store(rt)), Now: rt.Now}
			return edge.Serve(rt, c, httpapi.ReceiptGet, httpapi.GetReceipt(receipts))
		}),
		behindNone("storage-correct", tenant.Correct, func(_ context.Context, rt *boot.Runtime, c correcting) (func(context.Context, storage.Event) (struct{}, error), error) {
			store, files := dynamo.NewStorage(dynamo.NewClient(rt.AWS, c.Platform, "")), s3files.New(rt.AWS, c.Bucket)
			corrector := storage.NewCorrector(store, files, s3files.NewErasures(rt.AWS, c.Ledger), rt.Now, rt.FileKept)
			return func(ctx context.Context, e storage.Event) (struct{}, error) {
				return struct{}{}, corrector.Handle(ctx, e)
			}, nil
		}),
		behindNone("work-sweep", tenant.Sweep, func(_ context.Context, rt *boot.Runtime, c sweeping) (func(context.Context, struct{}) (openwork.Report, error), error) {
			store, files := c.Store(rt), s3files.New(rt.AWS, c.MediaBucket)
			uploads := upload.NewKeeper(upload.Receiver{
				Store: dynamo.NewUploads(store), Files: files, Queue: sqsqueue.New[upload.Order](rt.AWS, c.Checks), Wait: boot.Wait, Now: rt.Now, Warn: rt.Warn,
			})
			renders := render.Keeper{Settler: render.NewSettler(dynamo.NewJobs(store), rt.Now), Images: dynamo.NewImages(store), Files: files}
			drafts := project.NewRemover(dynamo.NewProjects(store), render.NewAlbum(renders.Images, files, rt.Now), rt.Now, rt.Warn)
			tasks := slices.Concat(uploads.Tasks(), renders.Tasks(), []openwork.Task{drafts.Task()})
			sweeper := openwork.Sweeper{Index: dynamo.NewOpenWork(store), Tasks: tasks, Now: rt.Now, Warn: rt.Warn}
			return func(ctx context.Context, _ struct{}) (openwork.Report, error) { return sweeper.Sweep(ctx, 10) }, nil
		}),
		behindNone("export-close", tenant.Export, func(_ context.Context, rt *boot.Runtime, c packing) (func(context.Context, workflow.Input) (workflow.Input, error), error) {
			return export.NewCloseStep(c.Store(rt), c.Files(rt), rt.Now).Run, nil
		}),
		behindNone("erase-scan", tenant.Erase, func(_ context.Context, rt *boot.Runtime, c erasing) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
			store := c.Store(rt)
			return erasure.ScanStep{
				Run:    erasure.Run{Progress: dynamo.NewErasures(store), Now: rt.Now},
				Eraser: erasure.Eraser{Items: dynamo.NewErasable(store)}, Objects: s3files.New(rt.AWS, c.MediaBucket),
			}.Do, nil
		}),
	}
}

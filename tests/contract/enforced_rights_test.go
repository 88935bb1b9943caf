package contract

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
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

// packing are those of a step of an export.
type packing struct{ exporting.Settings }

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

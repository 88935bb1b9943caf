// account-keep answers POST /api/account/deletion/cancel.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	edge.Settings
	From string `env:"MAIL_FROM,required,notEmpty"`
	Set  string `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	closer := &erasure.Closer{
		Book: dynamo.NewErasures(store), People: dynamo.NewMembers(store), AppURL: c.AppURL, Warn: rt.Warn, Now: rt.Now,

		Mail: auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(store), Now: rt.Now},
	}
	return edge.Serve(rt, c.Settings, httpapi.AccountKeep, httpapi.KeepAccount(closer))
}

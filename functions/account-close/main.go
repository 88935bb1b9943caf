// account-close answers DELETE /api/account.
package main

import (
	"context"
	"net/http"
	"time"

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
	From    string        `env:"MAIL_FROM,required,notEmpty"`
	Set     string        `env:"MAIL_CONFIGURATION_SET"`             // of SES; "" is none
	CoolOff time.Duration `env:"ERASURE_COOL_OFF" envDefault:"168h"` // how long an erasure can be taken back
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	closer := &erasure.Closer{
		Book: dynamo.NewErasures(store), People: dynamo.NewMembers(store), AppURL: c.AppURL, Warn: rt.Warn, Now: rt.Now,
		CoolOff: c.CoolOff,
		Mail:    auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(store), Now: rt.Now},
	}
	return edge.Serve(rt, c.Settings, httpapi.AccountClose, httpapi.CloseAccount(closer))
}

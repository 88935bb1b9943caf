// export-settle ends an export, clears what it was made from, and tells who asked.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	exporting.Settings
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"` // which addresses take no mail
	AppURL    string `env:"APP_URL,required,notEmpty"`
	From      string `env:"MAIL_FROM,required,notEmpty"`
	Set       string `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, export.SettleInput) (export.SettleResult, error), error) {
	rt.Does(tenant.Export)
	store := c.Store(rt)
	suppressed := dynamo.NewSuppressions(dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory))
	return export.SettleStep{
		Settler: export.Settler{Store: store, Now: rt.Now}, Keeper: c.Keeper(rt), Items: store, AppURL: c.AppURL, Warn: rt.Warn,
		Mail: auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: suppressed, Now: rt.Now},
	}.Run, nil
}

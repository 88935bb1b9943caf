// usage-notice tells owners by mail that a quota is nearly or wholly used up.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"` // which addresses take no mail
	AppURL        string `env:"APP_URL,required,notEmpty"`
	From          string `env:"MAIL_FROM,required,notEmpty"`
	Set           string `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
	Quota         metering.Base
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (boot.StreamHandler, error) {
	rt.Does(tenant.Notify) // the owners' addresses are credentials
	client := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
	mail := auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(client), Now: rt.Now}
	notifier := notice.Notifier{Store: dynamo.NewNotices(client), Mail: mail, Quotas: metering.NewQuotas(c.Quota), AppURL: c.AppURL, Now: rt.Now, Warn: rt.Warn}
	return boot.StreamAndSchedule(func(ctx context.Context, changes []boot.Change) []string {
		var touched []notice.Touched
		for _, c := range changes {
			if t, ok := dynamo.TouchedUsage(c.PK, c.SK, c.Record); ok {
				touched = append(touched, t)
			}
		}
		return notifier.NotifyEach(ctx, touched)
	}, notifier.Sweep), nil
}

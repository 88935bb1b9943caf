// usage-notice tells owners by mail that a quota is nearly or wholly used up.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	AppURL        string `env:"APP_URL,required,notEmpty"`
	From          string `env:"MAIL_FROM,required,notEmpty"`
	Set           string `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
	Quota         metering.Base
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (boot.StreamHandler, error) {
	rt.Does(tenant.Manage) // the owners' addresses are credentials
	notifier := notice.Notifier{
		Store: dynamo.NewNotices(dynamo.NewClient(rt.AWS, c.PlatformTable, "")), Mail: sesmail.New(rt.AWS, c.From).Through(c.Set),
		Quotas: metering.NewQuotas(c.Quota), AppURL: c.AppURL, Now: rt.Now, Warn: rt.Warn,
	}
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

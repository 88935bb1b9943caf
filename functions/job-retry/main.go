// job-retry answers POST /api/v1/jobs/{id}/retry.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	edge.Settings
	Quota   metering.Base
	Voice   voices.Settings
	Machine string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
	Publish string `env:"PUBLISH_STATE_MACHINE_ARN,required,notEmpty"`
	Slots   metering.Slots
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	client := c.Store(rt)
	store := dynamo.NewAdmissions(client)
	intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), c.Slots, c.AppURL, rt.Now)
	admitter := render.NewAdmitter(render.NewPricer(store, intake, c.Voice.Provider), stepfn.New(rt.AWS, c.Machine), rt.Warn)
	starter := publish.Starter{
		Store: dynamo.NewPublications(client), Machine: stepfn.New(rt.AWS, c.Publish), AppURL: c.AppURL, Now: rt.Now, Warn: rt.Warn,
	}
	return edge.Serve(rt, c.Settings, httpapi.JobRetry, httpapi.Jobs{AppURL: c.AppURL}.Retry(admitter, starter))
}

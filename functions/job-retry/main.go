// job-retry answers POST /api/v1/jobs/{id}/retry.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	edge.Settings
	Quota   metering.Base
	Machine string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
	MaxJobs int    `env:"MAX_RUNNING_JOBS_PER_TENANT" envDefault:"3"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := dynamo.NewAdmissions(c.Store(rt))
	pricer := render.NewPricer(store, metering.NewQuotas(c.Quota), c.AppURL, rt.Now)
	admitter := render.NewAdmitter(pricer, stepfn.New(rt.AWS, c.Machine), c.MaxJobs, rt.Warn)
	return edge.Serve(rt, c.Settings, httpapi.JobRetry, httpapi.Jobs{AppURL: c.AppURL}.Retry(admitter))
}

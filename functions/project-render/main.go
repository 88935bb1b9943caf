// project-render answers POST /api/v1/projects/{id}/render.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/metering"
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
	Slots   metering.Slots
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := dynamo.NewAdmissions(c.Store(rt))
	intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), c.Slots, c.AppURL, rt.Now)
	admitter := render.NewAdmitter(render.NewPricer(store, intake, c.Voice.Provider), stepfn.New(rt.AWS, c.Machine), rt.Warn)
	return edge.Serve(rt, c.Settings, httpapi.ProjectRender, httpapi.Jobs{AppURL: c.AppURL}.Render(admitter))
}

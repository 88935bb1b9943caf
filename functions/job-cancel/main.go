// job-cancel answers DELETE /api/v1/jobs/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	settler := render.NewSettler(dynamo.NewJobs(c.Store(rt)), rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.JobCancel, httpapi.Jobs{AppURL: c.AppURL}.Cancel(settler))
}

// job-cancel answers DELETE /api/v1/jobs/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	renders := render.NewSettler(dynamo.NewJobs(store), rt.Now).Telling(outcomes.Ended(rt))
	publications := publish.Settler{Store: dynamo.NewPublications(store), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.JobCancel, httpapi.Jobs{AppURL: c.AppURL}.Cancel(renders, publications))
}

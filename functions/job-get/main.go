// job-get answers GET /api/v1/jobs/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	edge.Settings
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	renders := render.NewLibrary(dynamo.NewJobs(store), s3files.New(rt.AWS, c.Bucket), rt.Now)
	library := publish.Library{Renders: renders, Store: dynamo.NewPublications(store)}
	return edge.Serve(rt, c.Settings, httpapi.JobGet, httpapi.Jobs{AppURL: c.AppURL}.Get(library))
}

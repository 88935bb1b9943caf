// export-get answers GET /api/account/exports/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/export"
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
	service := export.Service{Store: dynamo.NewExports(c.Store(rt)), Links: s3files.New(rt.AWS, c.Bucket), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.ExportGet, httpapi.Exports{AppURL: c.AppURL}.Get(service))
}

// upload-create answers POST /api/v1/uploads.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	edge.Settings
	Quota  metering.Base
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), metering.Slots{}, c.AppURL, rt.Now)
	opener := upload.NewOpener(intake, dynamo.NewUploads(store), s3files.New(rt.AWS, c.Bucket))
	return edge.Serve(rt, c.Settings, httpapi.UploadCreate, httpapi.Uploads{AppURL: c.AppURL}.Create(opener))
}

// upload-list answers GET /api/v1/uploads.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/upload"
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
	shelf := upload.NewShelf(dynamo.NewUploads(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.UploadList, httpapi.Uploads{AppURL: c.AppURL}.List(shelf))
}

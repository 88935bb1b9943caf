// upload-complete answers POST /api/v1/uploads/{id}/complete.
package main

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

type config struct {
	edge.Settings
	Bucket   string        `env:"MEDIA_BUCKET,required,notEmpty"`
	Orders   string        `env:"UPLOAD_QUEUE_URL,required,notEmpty"`
	Patience time.Duration `env:"UPLOAD_PATIENCE" envDefault:"4s"` // how long the answer waits for the check
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	receiver := upload.Receiver{
		Store: dynamo.NewUploads(c.Store(rt)), Files: s3files.New(rt.AWS, c.Bucket), Queue: sqsqueue.New[upload.Order](rt.AWS, c.Orders),
		Patience: c.Patience, Wait: boot.Wait, Now: rt.Now, Warn: rt.Warn,
	}
	return edge.Serve(rt, c.Settings, httpapi.UploadComplete, httpapi.Uploads{AppURL: c.AppURL}.Complete(receiver))
}

// upload-check decodes files that people have uploaded, as a render will, and keeps
// or rejects them: it takes orders from the queue, each a tenant and an upload.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	MediaBucket   string `env:"MEDIA_BUCKET,required,notEmpty"`
	Decoder       ffmpeg.Settings
}

func main() { boot.Queue(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, upload.Order) error, error) {
	store := dynamo.NewUploads(dynamo.NewClient(rt.AWS, c.PlatformTable, ""))
	return upload.NewInspector(store, s3files.New(rt.AWS, c.MediaBucket), ffmpeg.New(c.Decoder), rt.Now, rt.Warn).Check, nil
}

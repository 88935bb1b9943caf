// storage-correct hears that an object came, changed or went, and counts what is
// really there.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Platform string `env:"PLATFORM_TABLE,required,notEmpty"`
	Bucket   string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, storage.Event) (struct{}, error), error) {
	corrector := storage.NewCorrector(dynamo.NewStorage(dynamo.NewClient(rt.AWS, c.Platform, "")), s3files.New(rt.AWS, c.Bucket), rt.Now)
	return func(ctx context.Context, e storage.Event) (struct{}, error) {
		return struct{}{}, corrector.Handle(ctx, e)
	}, nil
}

// storage-correct hears that an object came, changed or went, and counts what is
// really there. What came after its account was erased goes for good.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Platform string `env:"PLATFORM_TABLE,required,notEmpty"`
	Bucket   string `env:"MEDIA_BUCKET,required,notEmpty"`
	Ledger   string `env:"LEDGER_BUCKET,required,notEmpty"` // who was erased
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, storage.Event) (struct{}, error), error) {
	rt.Does(tenant.Correct)
	store, files := dynamo.NewStorage(dynamo.NewClient(rt.AWS, c.Platform, "")), s3files.New(rt.AWS, c.Bucket)
	corrector := storage.NewCorrector(store, files, s3files.NewErasures(rt.AWS, c.Ledger), rt.Now, rt.FileKept)
	return func(ctx context.Context, e storage.Event) (struct{}, error) {
		return struct{}{}, corrector.Handle(ctx, e)
	}, nil
}

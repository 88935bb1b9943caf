// erasure-replay removes again what a restored copy holds of those who were erased,
// by the certificates in the locked bucket. An operator invokes it after a restore.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Media     string `env:"MEDIA_BUCKET,required,notEmpty"`
	Ledger    string `env:"LEDGER_BUCKET,required,notEmpty"` // the certificates
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, struct{}) (erasure.Replayed, error), error) {
	rt.Does(tenant.Erase)
	store := dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
	eraser := erasure.Eraser{Items: dynamo.NewErasable(store), Receipts: dynamo.NewErasures(store)}
	locked, files := s3files.NewErasures(rt.AWS, c.Ledger), s3files.New(rt.AWS, c.Media)
	return func(ctx context.Context, _ struct{}) (erasure.Replayed, error) {
		return erasure.Replay(ctx, locked, eraser, files)
	}, nil
}

// export-read lists all that an export takes in, and lays its archive out.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	exporting.Settings
	Ledger string `env:"LEDGER_BUCKET,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (export.Listed, error), error) {
	rt.Does(tenant.Export)
	store := c.Store(rt)
	return export.ReadStep{
		Store: store, Items: store, Files: c.Files(rt), Ledger: s3files.New(rt.AWS, c.Ledger), Format: exporting.Zip{}, Now: rt.Now, Warn: rt.Warn,
	}.Run, nil
}

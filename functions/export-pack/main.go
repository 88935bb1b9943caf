// export-pack writes one slice of an export's archive, or as much of it as there is
// time for.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	exporting.Settings
	Ledger string `env:"LEDGER_BUCKET,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, export.PackInput) (export.Packed, error), error) {
	rt.Does(tenant.Export)
	return export.NewPackStep(c.Store(rt), c.Files(rt), s3files.New(rt.AWS, c.Ledger), exporting.Zip{}, rt.Now).Run, nil
}

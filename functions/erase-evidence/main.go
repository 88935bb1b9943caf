// erase-evidence has every row archived that is to be kept of an account.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Ledger    string `env:"LEDGER_BUCKET,required,notEmpty"` // what is kept
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	store := dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
	run := erasure.Run{Progress: dynamo.NewErasures(store), Now: rt.Now}
	books := erasure.Books{
		Ledger: archive.New(metering.Book(), dynamo.NewArchive(store), s3files.NewSegments(rt.AWS, c.Ledger), rt.Warn),
		Acts:   archive.New(audit.Book(), dynamo.NewAuditArchive(store), s3files.NewAuditSegments(rt.AWS, c.Ledger), rt.Warn),
	}
	return erasure.EvidenceStep{Run: run, Items: dynamo.NewErasable(store), Evidence: books}.Do, nil
}

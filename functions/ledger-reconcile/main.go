// ledger-reconcile holds the ledger against the counters, the segments and the
// files, and names what differs.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	PlatformTable  string `env:"PLATFORM_TABLE,required,notEmpty"`  // the ledger and the counters
	DirectoryTable string `env:"DIRECTORY_TABLE,required,notEmpty"` // the slots of all tenants
	MediaBucket    string `env:"MEDIA_BUCKET,required,notEmpty"`    // the files that storage counts
	LedgerBucket   string `env:"LEDGER_BUCKET,required,notEmpty"`   // the segments
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, metering.ReconcileRequest) (metering.ReconcileReport, error), error) {
	rt.Does(tenant.Archive)
	table, segments := dynamo.NewClient(rt.AWS, c.PlatformTable, c.DirectoryTable), s3files.NewSegments(rt.AWS, c.LedgerBucket)
	reconciler := metering.Reconciler{
		Store: dynamo.NewReconciliation(table), Segments: segments, Objects: s3files.New(rt.AWS, c.MediaBucket),
		Archiver: archive.New(metering.Book(), dynamo.NewArchive(table), segments, rt.Warn), Now: rt.Now, Warn: rt.Warn,
	}
	return func(ctx context.Context, ask metering.ReconcileRequest) (metering.ReconcileReport, error) {
		report, err := reconciler.Run(ctx, ask)
		rt.Reconciled(ctx, report)
		if !ask.All {
			report = report.Amiss()
		}
		return report, err
	}, nil
}

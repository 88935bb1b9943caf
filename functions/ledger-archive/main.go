// ledger-archive copies new rows of the ledger from the table's stream into
// segments that nothing can change.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"` // the ledger
	LedgerBucket  string `env:"LEDGER_BUCKET,required,notEmpty"`  // its segments
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (boot.StreamHandler, error) {
	rt.Does(tenant.Archive)
	ledger := dynamo.NewArchive(dynamo.NewClient(rt.AWS, c.PlatformTable, ""))
	archiver := metering.NewArchiver(ledger, s3files.NewSegments(rt.AWS, c.LedgerBucket), rt.Warn)
	return boot.Stream(func(ctx context.Context, changes []boot.Change) []string {
		var batch []metering.Entry
		for _, c := range changes {
			if entry, ok := dynamo.LedgerEntry(c.PK, c.SK, c.Record); ok {
				batch = append(batch, entry)
			}
		}
		return archiver.Archive(ctx, batch)
	}), nil
}

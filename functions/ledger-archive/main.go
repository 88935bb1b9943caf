// ledger-archive copies new rows of the ledger and of the record of acts from the
// table's stream into segments that nothing can change.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"` // the ledger and the record of acts
	LedgerBucket  string `env:"LEDGER_BUCKET,required,notEmpty"`  // their segments
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (boot.StreamHandler, error) {
	rt.Does(tenant.Archive)
	table := dynamo.NewClient(rt.AWS, c.PlatformTable, "")
	ledger := archive.New(metering.Book(), dynamo.NewArchive(table), s3files.NewSegments(rt.AWS, c.LedgerBucket), rt.Warn)
	acts := archive.New(audit.Book(), dynamo.NewAuditArchive(table), s3files.NewAuditSegments(rt.AWS, c.LedgerBucket), rt.Warn)
	return boot.Stream(func(ctx context.Context, changes []boot.Change) []string {
		return append(ledger.Archive(ctx, told(changes, dynamo.LedgerEntry)), acts.Archive(ctx, told(changes, dynamo.AuditEntry))...)
	}), nil
}

// told are the rows of a book among the changes.
func told[ID archive.Name](changes []boot.Change, read func(partition, sort, ref string) (archive.Told[ID], bool)) []archive.Told[ID] {
	var batch []archive.Told[ID]
	for _, c := range changes {
		if row, ok := read(c.PK, c.SK, c.Record); ok {
			batch = append(batch, row)
		}
	}
	return batch
}

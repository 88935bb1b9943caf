// audit-verify holds the record of acts against its locked copies, and names the
// first link of a chain that does not hold.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"` // the record of acts
	LedgerBucket  string `env:"LEDGER_BUCKET,required,notEmpty"`  // its segments
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, audit.VerifyRequest) (audit.VerifyReport, error), error) {
	rt.Does(tenant.Archive)
	table, segments := dynamo.NewClient(rt.AWS, c.PlatformTable, ""), s3files.NewAuditSegments(rt.AWS, c.LedgerBucket)
	verifier := audit.Verifier{
		Store: dynamo.NewVerification(table), Segments: segments, Now: rt.Now, Warn: rt.Warn,
		Archiver: archive.New(audit.Book(), dynamo.NewAuditArchive(table), segments, rt.Warn),
	}
	return func(ctx context.Context, ask audit.VerifyRequest) (audit.VerifyReport, error) {
		report, err := verifier.Run(ctx, ask)
		rt.Verified(ctx, report)
		return report, err
	}, nil
}

package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/audit"
)

// Verified publishes what verifying the record of acts found: a log line for each
// finding, which names the tenant, and metrics of how many there are and of how many
// tenants could not be looked at.
func (rt *Runtime) Verified(ctx context.Context, report audit.VerifyReport) {
	found := 0
	for _, t := range report.Tenants {
		for _, f := range t.Findings {
			rt.Log.WarnContext(ctx, "audit differs", "finding", f)
		}
		found += t.Count
	}
	rt.records("acts", found, len(report.Failed)+report.Left)
	rt.Log.InfoContext(ctx, "audit checked", "tenants", len(report.Tenants), "failed", len(report.Failed), "left", report.Left)
}

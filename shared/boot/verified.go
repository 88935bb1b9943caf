package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/audit"
)

// Verified publishes what verifying the record of acts found: a log line for each
// finding, their number as a metric, by tenant where there are any, and how many
// tenants could not be looked at.
func (rt *Runtime) Verified(ctx context.Context, report audit.VerifyReport) {
	for _, t := range report.Tenants {
		for _, f := range t.Findings {
			rt.Log.WarnContext(ctx, "audit differs", "finding", f)
		}
		if t.Count > 0 {
			rt.Metrics.AddFor(t.Tenant, "AuditFindings", float64(t.Count), Count)
		}
	}
	rt.Metrics.Add("AuditTenants", float64(len(report.Tenants)), Count, nil)
	rt.Metrics.Add("AuditUnchecked", float64(len(report.Failed)+report.Left), Count, nil)
}

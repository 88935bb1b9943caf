package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/metering"
)

// Reconciled publishes what a reconciliation found: a log line for each
// difference, their number as a metric, by tenant where there are any, and how
// many tenants could not be looked at.
func (rt *Runtime) Reconciled(ctx context.Context, report metering.ReconcileReport) {
	for _, d := range report.Slots {
		rt.Log.WarnContext(ctx, "slots differ", "difference", d)
	}
	rt.Metrics.Add("LedgerDifferences", float64(len(report.Slots)), Count, nil)
	for _, t := range report.Tenants {
		for _, d := range t.Differences {
			rt.Log.WarnContext(ctx, "ledger differs", "difference", d)
		}
		if t.Count > 0 {
			rt.Metrics.AddFor(t.Tenant, "LedgerDifferences", float64(t.Count), Count)
		}
	}
	rt.Metrics.Add("LedgerTenants", float64(len(report.Tenants)), Count, nil)
	rt.Metrics.Add("LedgerUnchecked", float64(len(report.Failed)), Count, nil)
}

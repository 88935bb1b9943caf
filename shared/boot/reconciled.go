package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/metering"
)

// Reconciled publishes what a reconciliation found: a log line for each difference,
// which names the tenant, and metrics of how many there are and of how many tenants
// could not be looked at.
func (rt *Runtime) Reconciled(ctx context.Context, report metering.ReconcileReport) {
	for _, d := range report.Slots {
		rt.Log.WarnContext(ctx, "slots differ", "difference", d)
	}
	found := 0
	for _, t := range report.Tenants {
		for _, d := range t.Differences {
			rt.Log.WarnContext(ctx, "ledger differs", "difference", d)
		}
		found += t.Count
	}
	rt.records("slots", len(report.Slots), 0)
	rt.records("ledger", found, len(report.Failed))
	rt.Log.InfoContext(ctx, "ledger checked", "tenants", len(report.Tenants), "failed", len(report.Failed))
}

// records counts what differs and what could not be checked: nothing is written when
// all is well, so that the metrics cost nothing then.
func (rt *Runtime) records(of string, differ, unchecked int) {
	properties := map[string]string{"record": of}
	if differ > 0 {
		rt.Metrics.Add(metric.RecordsDiffer, float64(differ), Count, properties)
	}
	if unchecked > 0 {
		rt.Metrics.Add(metric.RecordsUnchecked, float64(unchecked), Count, properties)
	}
}

package e2e_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/launch"
)

// archived waits until the stream has taken every row of the ledger to the
// locked bucket, and holds them against the counters and the files.
func archived(t *testing.T, p *launch.Running) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(time.Second) {
		raw, err := p.Stack.Call(t.Context(), "ledger-reconcile", []byte(`{"all":true}`))
		if err != nil {
			t.Fatal(err)
		}
		var report metering.ReconcileReport
		if err := json.Unmarshal(raw, &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Failed) > 0 || len(report.Tenants) == 0 {
			t.Fatalf("reconciled %d tenants, %d could not be looked at", len(report.Tenants), len(report.Failed))
		}
		left := 0
		for _, found := range report.Tenants {
			for _, m := range found.Months {
				left += m.Unarchived
			}
			for _, d := range found.Differences {
				t.Errorf("%+v", d)
			}
		}
		if left == 0 || t.Failed() {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d rows are not archived: %s", left, raw)
		}
	}
}

package running

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Ledger is what a reconciliation of every tenant found.
type Ledger struct {
	Tenants []metering.TenantReport
	Failed  []tenant.ID
	Slots   []metering.Difference
}

func (l *Ledger) add(report metering.ReconcileReport) {
	l.Tenants = append(l.Tenants, report.Tenants...)
	l.Failed = append(l.Failed, report.Failed...)
	l.Slots = append(l.Slots, report.Slots...)
}

// Unarchived counts the rows that no segment holds yet.
func (l Ledger) Unarchived() (rows int) {
	for _, t := range l.Tenants {
		for _, m := range t.Months {
			rows += m.Unarchived
		}
	}
	return rows
}

// Differences counts what the ledger says otherwise than counters, segments or files.
func (l Ledger) Differences() int {
	count := len(l.Slots)
	for _, t := range l.Tenants {
		count += t.Count
	}
	return count
}

// Clean says that all agrees.
func (l Ledger) Clean() bool {
	return l.Unarchived() == 0 && l.Differences() == 0 && len(l.Failed) == 0
}

// Reconcile holds the ledger of every tenant against everything, once the stream has
// caught up.
func (p *Product) Reconcile(ctx context.Context) (found Ledger, err error) {
	err = p.CatchUp(ctx, "reconcile", "rows", func() (int, int, error) {
		var err error
		found, err = p.ledger(ctx)
		return len(found.Tenants), found.Unarchived(), err
	})
	return found, err
}

// ledger reconciles every tenant, in as many calls as it takes.
func (p *Product) ledger(ctx context.Context) (found Ledger, err error) {
	for ask := (metering.ReconcileRequest{All: true, Full: true, Stale: Stale}); ; {
		report, err := Ask[metering.ReconcileReport](ctx, p, "ledger-reconcile", ask)
		if err != nil {
			return found, err
		}
		found.add(report)
		if report.Cursor == "" {
			return found, nil
		}
		ask.Cursor = report.Cursor
	}
}

package erasure

import (
	"context"
	"fmt"
	"strconv"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Kinds of items that are rows of a book.
const (
	ledgerRows = "LEDGER#"
	auditRows  = "AUDIT#"
)

// Books archives what is to be kept. It implements Evidence.
type Books struct {
	Ledger archive.Archiver[metering.Row, metering.RowID]
	Acts   archive.Archiver[audit.Written, audit.Name]
}

// Kinds implements Evidence.
func (b Books) Kinds() []string { return []string{ledgerRows, auditRows} }

// File implements Evidence.
func (b Books) File(ctx context.Context, id tenant.ID, rows []Held) (int, error) {
	ledger, acts, open := map[archive.Month][]metering.RowID{}, map[archive.Month][]audit.Name{}, 0
	for _, h := range rows {
		place, values, known := privacy.Of(h.Store, h.Key)
		if h.Filed || !known || place.Kind != ledgerRows && place.Kind != auditRows {
			continue
		}
		month, ok := archive.ParseMonth(values["month"])
		if !ok {
			return open, fmt.Errorf("a row of %s is of no month", place.Kind)
		}
		open++
		if place.Kind == auditRows {
			acts[month] = append(acts[month], audit.Name{In: month, ID: values["id"]})
			continue
		}
		number, err := strconv.Atoi(values["number"])
		if err != nil {
			return open, fmt.Errorf("a row of %s has no number: %w", place.Kind, err)
		}
		ledger[month] = append(ledger[month], metering.RowID{Period: metering.Period(month), Subject: values["subject"], Number: number})
	}
	for month, rows := range ledger {
		if err := b.Ledger.File(ctx, id, month, rows); err != nil {
			return open, fmt.Errorf("archive ledger: %w", err)
		}
	}
	for month, entries := range acts {
		if err := b.Acts.File(ctx, id, month, entries); err != nil {
			return open, fmt.Errorf("archive acts: %w", err)
		}
	}
	return open, nil
}

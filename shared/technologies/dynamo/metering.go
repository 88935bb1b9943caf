package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Metering reads counters and the ledger. It implements metering.Reader.
type Metering struct{ *Client }

// NewMetering needs the platform table only.
func NewMetering(c *Client) *Metering { return &Metering{c} }

// Month implements metering.Reader.
func (s *Metering) Month(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	return s.tenantMonth(ctx, t, p)
}

// Months implements metering.Reader.
func (s *Metering) Months(ctx context.Context, t tenant.ID) ([]metering.MonthCounter, error) {
	var level table.Item
	var months []table.Item
	err := s.Each(ctx, "read months", dataPartition(t), kindUsage, func(it table.Item) error {
		if keyTail(it, kindUsage) == usageLevel {
			level = it
		} else {
			months = append(months, it)
		}
		return nil
	})
	slices.Reverse(months)
	all := make([]metering.MonthCounter, len(months))
	stored := table.ReadNum(level, storageTaken)
	for i, it := range months {
		c := readCounter(it, nil)
		c.Taken[metering.StorageMB] = stored
		if i == 0 {
			c.Reserved[metering.StorageMB] = table.ReadNum(level, string(metering.StorageMB)+suffixReserved)
		}
		stored -= c.Grown
		all[i] = metering.MonthCounter{Period: metering.Period(keyTail(it, kindUsage)), Counter: c}
	}
	return all, err
}

// Ledger reads the rows of a month, for reconciliation.
func (s *Metering) Ledger(ctx context.Context, t tenant.ID, p metering.Period) ([]metering.Row, error) {
	var rows []metering.Row
	err := s.Each(ctx, "read ledger", dataPartition(t), ledgerPrefix(p), func(it table.Item) error {
		subject, number, _ := strings.Cut(keyTail(it, ledgerPrefix(p)), "#")
		row := metering.Row{
			Period: p, Subject: subject, At: table.ReadMillis(it, attrAt),
			Taken: readAmounts(table.ReadFields(it, attrTaken)), Reserved: readAmounts(table.ReadFields(it, attrReserved)),
		}
		if _, err := fmt.Sscanf(number, "%d", &row.Number); err != nil {
			return fmt.Errorf("read ledger: row without a number: %w", err)
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

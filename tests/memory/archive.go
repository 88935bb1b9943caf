package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Head implements archive.Store.
func (s *Store) Head(_ context.Context, id tenant.ID, p metering.Period) (head archive.Head, err error) {
	err = s.read(id, func(t *state) error {
		head = t.archived[p].Head
		return nil
	})
	return head, err
}

// Rows implements archive.Store.
func (s *Store) Rows(_ context.Context, id tenant.ID, rows []metering.RowID) (found []archive.Filed[metering.Row], err error) {
	err = s.read(id, func(t *state) error {
		for _, r := range rows {
			if row, there := t.ledger[rowKey{r.Period, r.Subject, r.Number}]; there {
				found = append(found, archive.Filed[metering.Row]{Row: row, Segment: t.segments[r]})
			}
		}
		return nil
	})
	return found, err
}

func (t *state) filed(r metering.Row) metering.Filed {
	return metering.Filed{Row: r, Segment: t.segments[r.ID()]}
}

// Advance implements archive.Store.
func (s *Store) Advance(_ context.Context, id tenant.ID, p metering.Period, from, to archive.Head, rows []metering.RowID) error {
	return s.write(id, func(t *state) error {
		month := t.archived[p]
		if month.Segment != from.Segment || month.SHA256 != from.SHA256 {
			return archive.ErrChanged
		}
		for _, r := range rows {
			_, there := t.ledger[rowKey{r.Period, r.Subject, r.Number}]
			if in := t.segments[r]; !there || in != 0 && in != to.Segment {
				return archive.ErrChanged
			}
		}
		for _, r := range rows {
			t.segments[r] = to.Segment
		}
		month.Head = to
		t.archived[p] = month
		return nil
	})
}

// Heads implements metering.ReconcileStore.
func (s *Store) Heads(_ context.Context, id tenant.ID) (heads map[metering.Period]metering.Archived, err error) {
	err = s.read(id, func(t *state) error {
		heads = maps.Clone(t.archived)
		return nil
	})
	return heads, err
}

// LedgerRows implements metering.ReconcileStore.
func (s *Store) LedgerRows(_ context.Context, id tenant.ID, first, last metering.Period) (rows []metering.Filed, err error) {
	err = s.read(id, func(t *state) error {
		for key, row := range t.ledger {
			if key.period >= first && (last == "" || key.period <= last) {
				rows = append(rows, t.filed(row))
			}
		}
		return nil
	})
	slices.SortFunc(rows, func(a, b metering.Filed) int {
		return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.ID().String(), b.ID().String()))
	})
	return rows, err
}

// SealMonth implements metering.ReconcileStore.
func (s *Store) SealMonth(_ context.Context, id tenant.ID, p metering.Period, seal metering.Seal) error {
	return s.write(id, func(t *state) error {
		month := t.archived[p]
		if month.Segment == 0 || month.Head != seal.Head {
			return metering.ErrChanged
		}
		month.Seal = seal
		t.archived[p] = month
		return nil
	})
}

package metering

import (
	"fmt"
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// chain is what the segments of a tenant's month hold, up to its head.
type chain = archive.Chain[Row, RowID]

// broken names where a chain does not hold.
func broken(id tenant.ID, p Period, all []archive.Break) []Difference {
	found := make([]Difference, len(all))
	for i, b := range all {
		metric := rowCount
		if b.Digest {
			metric = segmentSum
		}
		found[i] = Difference{
			Tenant: id, Month: p, Metric: metric, ID: fmt.Sprintf("segment %08d", b.Segment), Where: AtSegment,
			Ledger: b.Want, Found: b.Found, Note: b.Note,
		}
	}
	return found
}

// against holds the ledger's rows of the month against the copies: each once,
// and word for word. A row without a segment need not have a copy. A row whose
// segment is beyond the head was archived after the head was read, or the head
// was put back: in the second reading the head covers it, or it is a difference.
func against(id tenant.ID, p Period, c chain, rows []Filed) []Difference {
	all := broken(id, p, c.Breaks)
	left := maps.Clone(c.Copies)
	for _, r := range rows {
		copies := left[r.ID()]
		delete(left, r.ID())
		if r.Segment == 0 && len(copies) == 0 {
			continue
		}
		all = append(all, rowDifferences(id, r, copies)...)
	}
	for _, row := range slices.SortedFunc(maps.Keys(left), func(a, b RowID) int { return slices.Compare([]string{a.String()}, []string{b.String()}) }) {
		all = append(all, rowDifferences(id, Filed{Row: Row{Period: row.Period, Subject: row.Subject, Number: row.Number}}, left[row])...)
	}
	return all
}

// rowDifferences names by metric where a row's copies do not say what it says.
func rowDifferences(id tenant.ID, r Filed, copies []archive.Filed[Row]) []Difference {
	if len(copies) == 1 && r.same(copies[0].Row) && r.Segment == copies[0].Segment {
		return nil
	}
	taken, reserved := Amounts{}, Amounts{}
	for _, c := range copies {
		taken.add(c.Row.Taken)
		reserved.add(c.Row.Reserved)
	}
	note := fmt.Sprintf("the row has %d copies; the ledger says segment %d", len(copies), r.Segment)
	name := func(m Metric, ledger, found int64, kind string) Difference {
		return Difference{Tenant: id, Month: r.Period, Metric: m, ID: r.ID().String(), Where: AtSegment, Ledger: ledger, Found: found, Note: note + kind}
	}
	var all []Difference
	for _, m := range metricsOf(r.Taken, r.Reserved, taken, reserved) {
		switch {
		case taken[m] != r.Taken[m]:
			all = append(all, name(m, r.Taken[m], taken[m], ""))
		case reserved[m] != r.Reserved[m]:
			all = append(all, name(m, r.Reserved[m], reserved[m], "; reserved"))
		}
	}
	if len(all) == 0 { // it amounts to nothing, or its time or segment is another
		all = append(all, name(rowCount, 1, int64(len(copies)), ""))
	}
	return all
}

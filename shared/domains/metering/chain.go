package metering

import (
	"fmt"
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// chain is what the segments of a tenant's month hold, up to its head.
type chain struct {
	head     Head
	copies   map[RowID][]Filed // of each row; more than one is one too many
	problems []Difference
}

// follow reads a chain from its objects, data[i] being segment i+1 and nil where
// it is missing.
func follow(id tenant.ID, p Period, head Head, data [][]byte) chain {
	c := chain{head: head, copies: map[RowID][]Filed{}}
	note := func(number int, m Metric, ledger, found int64, said string, args ...any) {
		c.problems = append(c.problems, Difference{
			Tenant: id, Month: p, Metric: m, ID: fmt.Sprintf("segment %08d", number), Where: AtSegment,
			Ledger: ledger, Found: found, Note: fmt.Sprintf(said, args...),
		})
	}
	// What the chain says a segment's digest is, by number.
	said, rows := map[int]string{head.Segment: head.SHA256}, 0
	for i, object := range data {
		number := i + 1
		if object == nil {
			note(number, rowCount, 1, 0, "the segment is missing")
			continue
		}
		s, err := DecodeSegment(object)
		if err != nil {
			note(number, segmentSum, 0, 1, "%v", err)
		}
		if s.Tenant != id || s.Period != p || s.Number != number {
			note(number, rowCount, int64(number), int64(s.Number), "it calls itself %s of %s", s.Period, s.Tenant)
		}
		if number > 1 {
			said[number-1] = s.Previous
		}
		rows += len(s.Rows)
		for _, r := range s.Rows {
			c.copies[r.ID()] = append(c.copies[r.ID()], Filed{Row: r, Segment: number})
		}
	}
	for i, object := range data {
		if want, known := said[i+1]; known && object != nil && Digest(object) != want {
			note(i+1, segmentSum, 0, 1, "its digest is %.16s…, the next in the chain says %.16s…", Digest(object), want)
		}
	}
	if rows != head.Rows {
		note(head.Segment, rowCount, int64(head.Rows), int64(rows), "rows of all segments")
	}
	return c
}

// against holds the ledger's rows of the month against the copies: each once,
// and word for word. A row without a segment need not have a copy. A row whose
// segment is beyond the head was archived after the head was read, or the head
// was put back: in the second reading the head covers it, or it is a difference.
func (c chain) against(id tenant.ID, rows []Filed) []Difference {
	all := slices.Clone(c.problems)
	left := maps.Clone(c.copies)
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
func rowDifferences(id tenant.ID, r Filed, copies []Filed) []Difference {
	if len(copies) == 1 && r.same(copies[0].Row) && r.Segment == copies[0].Segment {
		return nil
	}
	taken, reserved := Amounts{}, Amounts{}
	for _, c := range copies {
		taken.add(c.Taken)
		reserved.add(c.Reserved)
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

package storecontract

import (
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
)

// archived is a settled job whose rows are in the month's first segment.
func (s *subject) archived() archive.Head {
	s.t.Helper()
	s.settled(render.Succeeded)
	rows, err := s.Meters.Ledger(s.ctx(), s.id, month)
	s.must(err)
	var names []metering.RowID
	for _, r := range rows {
		names = append(names, r.ID())
	}
	head := archive.Head{Segment: 1, SHA256: "first", Rows: len(names)}
	s.must(s.Archive.Advance(s.ctx(), s.id, month, archive.Head{}, head, names))
	return head
}

func (s *subject) seal(head archive.Head) metering.Seal {
	return metering.Seal{
		Head: head, Objects: "listing", Carried: "balances", Read: s.now.Truncate(time.Millisecond),
		Taken: metering.Amounts{metering.ImagesCount: 3, metering.StorageMB: -7, "a metric of the past": 1},
	}
}

func (s *subject) month() metering.Archived {
	s.t.Helper()
	heads, err := s.Seals.Heads(s.ctx(), s.id)
	s.must(err)
	return heads[month]
}

// sealsAMonth: a seal is stored for the head that it names and no other, stays
// when the head moves on, and is replaced by the next.
func (s *subject) sealsAMonth() {
	s.is(s.Seals.SealMonth(s.ctx(), s.id, month, s.seal(archive.Head{})), metering.ErrChanged)
	head := s.archived()
	if m := s.month(); m.Head != head || m.Seal.Carried != "" {
		s.t.Errorf("before it is sealed: %+v", m)
	}
	for _, other := range []archive.Head{
		{}, {Segment: 2, SHA256: head.SHA256, Rows: head.Rows}, {Segment: 1, SHA256: "other", Rows: head.Rows}, {Segment: 1, SHA256: head.SHA256, Rows: head.Rows + 1},
	} {
		s.is(s.Seals.SealMonth(s.ctx(), s.id, month, s.seal(other)), metering.ErrChanged)
	}
	seal := s.seal(head)
	for range 2 {
		s.must(s.Seals.SealMonth(s.ctx(), s.id, month, seal))
		if got := s.month(); got.Head != head || fmt.Sprint(got.Seal) != fmt.Sprint(seal) {
			s.t.Errorf("stored %+v, read %+v", seal, got)
		}
		seal.Read = seal.Read.Add(time.Hour)
		seal.Carried = "other balances"
	}
	next := archive.Head{Segment: 2, SHA256: "second", Rows: head.Rows}
	s.must(s.Archive.Advance(s.ctx(), s.id, month, head, next, nil))
	if got := s.month(); got.Head != next || got.Seal.Head != head {
		s.t.Errorf("after the head moved on: %+v", got)
	}
	s.is(s.Seals.SealMonth(s.ctx(), s.id, month, seal), metering.ErrChanged)
}

// readsRowsByMonth: both bounds are included, and "" is none.
func (s *subject) readsRowsByMonth() {
	head := s.archived()
	later := metering.PeriodOf(month.End())
	i := s.image()
	i.Period = later
	s.must(s.Images.AdmitImage(s.ctx(), s.id, i, s.admission(metering.Reserve(later, i.ID, 1, i.Reserved, s.now), nil)))
	before := metering.PeriodOf(month.Start().AddDate(0, -1, 0))
	for _, c := range []struct {
		first, last metering.Period
		archived    int
		open        int
	}{
		{"", "", head.Rows, 1}, {"", month, head.Rows, 0}, {month, month, head.Rows, 0}, {month, "", head.Rows, 1}, {later, "", 0, 1},
		{later, later, 0, 1}, {"", before, 0, 0}, {metering.PeriodOf(later.End()), "", 0, 0},
	} {
		rows, err := s.Seals.LedgerRows(s.ctx(), s.id, c.first, c.last)
		s.must(err)
		archived, open := 0, 0
		for _, r := range rows {
			switch {
			case r.Segment == 1 && r.Period == month:
				archived++
			case r.Segment == 0 && r.Period == later:
				open++
			default:
				s.t.Errorf("from %q to %q: %+v", c.first, c.last, r)
			}
		}
		if archived != c.archived || open != c.open {
			s.t.Errorf("from %q to %q: %d rows of the month and %d of the next", c.first, c.last, archived, open)
		}
	}
}

package quota

import (
	"fmt"
	"sync"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/harness"
)

// archived files the tenant's ledger as its stream would, told twice and with a
// fault in between, and holds the segments against it row by row.
func (w *world) archived() {
	w.t.Helper()
	rows, err := w.process(nil).meters.Ledger(w.ctx(), w.id, month)
	harness.Must(w.t, err)
	var batch []archive.Told[metering.RowID]
	for i, r := range rows {
		batch = append(batch, archive.Told[metering.RowID]{Tenant: w.id, Row: r.ID(), Ref: fmt.Sprint(i)})
	}
	faults := someFault()
	w.process(faults).archiver.Archive(w.t.Context(), batch[:len(batch)/2])
	if faults != nil {
		w.struck.Add(int64(faults.Struck()))
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if failed := w.process(nil).archiver.Archive(w.t.Context(), batch); len(failed) > 0 {
				w.t.Errorf("not archived: %v", failed)
			}
		})
	}
	both.Wait()
	w.inSegments(rows)
}

// inSegments holds every row against its one copy, and the copies' sum against
// the counters.
func (w *world) inSegments(rows []metering.Row) {
	w.t.Helper()
	p := w.process(nil)
	heads, err := p.state.Heads(w.ctx(), w.id)
	harness.Must(w.t, err)
	copies := map[metering.RowID][]metering.Row{}
	var all []metering.Row
	for n := 1; n <= heads[month].Segment; n++ {
		data, err := p.segments.GetSegment(w.ctx(), w.id, month, n)
		harness.Must(w.t, err)
		segment, err := metering.Book().Decode(data)
		harness.Must(w.t, err)
		for _, r := range segment.Rows {
			copies[r.ID()] = append(copies[r.ID()], r)
		}
		all = append(all, segment.Rows...)
	}
	for _, r := range rows {
		if found := copies[r.ID()]; len(found) != 1 || fmt.Sprint(found[0]) != fmt.Sprint(r) {
			w.t.Errorf("the ledger says %v, the segments %v", r, found)
		}
	}
	if len(copies) != len(rows) || len(all) != len(rows) {
		w.t.Errorf("the segments hold %d rows, %d of them different; the ledger has %d", len(all), len(copies), len(rows))
	}
	_, counter, err := p.meters.Month(w.ctx(), w.id, month)
	harness.Must(w.t, err)
	w.same("against the segments, the counters", counter, all)
}

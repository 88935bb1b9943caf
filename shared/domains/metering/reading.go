package metering

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// counterReads is how often a counter is read that moves while its rows are
	// read.
	counterReads = 4
)

// scope is how much of a tenant is read.
type scope struct {
	stale   time.Time // rows from before are archived if they are not
	full    bool      // no seal is used
	until   Period    // seals of this month and later are not used; "" is no bound
	recheck bool      // one sealed month whose time has come is read in full
}

func (s scope) uses(p Period) bool { return !s.full && (s.until == "" || p < s.until) }

// reading is what was read of a tenant: the months that their seals account for,
// and the chains and rows of all later months. Rows are read after heads, so that
// a row which a head covers carries its mark, whoever is archiving meanwhile.
type reading struct {
	closed    closedMonths
	chains    map[Period]chain
	listed    map[Period][]archive.Listed
	rows      []Filed
	jobs      map[string]JobState
	rechecked Period   // the sealed month that was read in full and agreed; "" is none
	reopened  []Period // months whose seals did not hold
}

func (r Reconciler) read(ctx context.Context, id tenant.ID, s scope) (reading, error) {
	l := reading{chains: map[Period]chain{}}
	heads, err := r.Store.Heads(ctx, id)
	if err != nil {
		return l, err
	}
	if l.listed, err = r.Segments.ListSegments(ctx, id); err != nil {
		return l, err
	}
	if err := r.useSeals(ctx, id, heads, s, &l); err != nil {
		return l, err
	}
	if l.jobs, err = r.Store.JobStates(ctx, id); err != nil {
		return l, err
	}
	if l.rows, err = r.Store.LedgerRows(ctx, id, l.closed.next(), ""); err != nil {
		return l, err
	}
	return l, r.follow(ctx, id, heads, &l)
}

// follow reads the chains of the months that no seal accounts for.
func (r Reconciler) follow(ctx context.Context, id tenant.ID, heads map[Period]Archived, l *reading) error {
	open := map[Period]archive.Head{}
	for p, head := range heads {
		open[p] = head.Head
	}
	for _, f := range l.rows {
		open[f.Period] = heads[f.Period].Head // a month whose head is lost has rows that say so
	}
	for p, head := range open {
		if p < l.closed.next() {
			continue
		}
		data, err := archive.Fetch(ctx, r.Segments, id, p, head.Segment, l.listed[p])
		if err != nil {
			return err
		}
		l.chains[p] = Book().Follow(id, p, head, data)
	}
	for p, listed := range l.listed {
		beyond, found := archive.Beyond(open[p], listed)
		if p < l.closed.next() || !found {
			continue
		}
		c := l.chains[p]
		c.Breaks = append(c.Breaks, beyond)
		l.chains[p] = c
	}
	return nil
}

// left are the rows from before an instant that are in no segment, by month.
func (l reading) left(before time.Time) map[Period][]RowID {
	old := map[Period][]RowID{}
	for _, f := range l.rows {
		// A row that lost its mark must not be copied a second time.
		if f.Segment == 0 && f.At.Before(before) && len(l.chains[f.Period].Copies[f.ID()]) == 0 {
			old[f.Period] = append(old[f.Period], f.ID())
		}
	}
	return old
}

// unfiled names the rows that are still in no segment after they were to be archived.
func (l reading) unfiled(id tenant.ID, before time.Time) (all []Difference) {
	for p, rows := range l.left(before) {
		for _, row := range rows {
			all = append(all, Difference{
				Tenant: id, Month: p, Metric: rowCount, ID: row.String(), Where: AtSegment, Ledger: 1, Note: "the row is in no segment, and cannot be archived",
			})
		}
	}
	return all
}

func (l reading) months() []MonthReport {
	counts := map[Period]*MonthReport{}
	at := func(p Period) *MonthReport {
		if counts[p] == nil {
			counts[p] = &MonthReport{Month: p}
		}
		return counts[p]
	}
	for p, s := range l.closed.seals {
		*at(p) = MonthReport{Month: p, Rows: s.Head.Rows, Segments: s.Head.Segment, Sealed: true}
	}
	for p, c := range l.chains {
		at(p).Segments = c.Head.Segment
	}
	for _, f := range l.rows {
		at(f.Period).Rows++
		if f.Segment == 0 {
			at(f.Period).Unarchived++
		}
	}
	all := make([]MonthReport, 0, len(counts))
	for _, p := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, *counts[p])
	}
	return all
}

// differences holds what was read against counters, jobs and files, which it reads.
func (r Reconciler) differences(ctx context.Context, id tenant.ID, l reading, s scope) ([]Difference, error) {
	all := append(l.unfiled(id, s.stale), explainReserved(id, l.rows, r.Now().Add(-longestHold))...)
	for p, c := range l.chains {
		all = append(all, against(id, p, c, l.of(p))...)
	}
	counters, err := r.counters(ctx, id, l)
	if err != nil {
		return nil, err
	}
	sizes, err := r.Objects.Sizes(ctx, id)
	return slices.Concat(all, counters, explainObjects(id, l.closed.balances, l.rows, sizes)), err
}

// of returns a month's rows.
func (l reading) of(p Period) []Filed {
	return slices.DeleteFunc(slices.Clone(l.rows), func(f Filed) bool { return f.Period != p })
}

// counters reads the counters between two reads of the rows. Rows are only added,
// so what both reads agree on was there when the counters were read.
func (r Reconciler) counters(ctx context.Context, id tenant.ID, l reading) ([]Difference, error) {
	var found []Difference
	rows, jobs := l.rows, l.jobs
	for try := range counterReads {
		have, err := r.Store.Figures(ctx, id)
		if err != nil {
			return nil, err
		}
		if found = slices.Concat(explain(id, l.closed, rows, nil, have), explainJobs(id, jobs, jobs, have.ActiveJobs)); len(found) == 0 {
			return nil, nil
		}
		after, err := r.Store.LedgerRows(ctx, id, l.closed.next(), "")
		if err != nil {
			return nil, err
		}
		then, err := r.Store.JobStates(ctx, id)
		if err != nil {
			return nil, err
		}
		found = slices.Concat(explain(id, l.closed, rows, since(rows, after), have), explainJobs(id, jobs, then, have.ActiveJobs))
		if len(found) > 0 || (len(after) == len(rows) && maps.Equal(jobs, then)) {
			return found, nil
		}
		rows, jobs = after, then
		if err := archive.Pause(ctx, try+4); err != nil {
			return nil, err
		}
	}
	return found, nil
}

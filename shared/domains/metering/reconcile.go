package metering

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// ReconcileEvery is how often a tenant is reconciled.
	ReconcileEvery = 24 * time.Hour
	// reconcileAgain is when one is tried again that could not be.
	reconcileAgain = time.Hour
	// reconcileLimit bounds what one run answers.
	reconcileLimit = 500
	// namedDifferences bounds how many of a tenant's differences are named.
	namedDifferences = 200
	// defaultStale is how old a row is without a segment before reconciling
	// archives it: its stream record is lost, or lies in the queue.
	defaultStale = 5 * time.Minute
	// longestHold is how old a reservation is that nobody will settle any more:
	// the sweeper ends whatever is open long before.
	longestHold = 24 * time.Hour
	// secondLook is how long after a difference it is looked for again.
	secondLook = 2 * time.Second
	// fetchAtOnce is how many segments are read at the same time.
	fetchAtOnce = 16
	// lookTries is how often a counter is read that moves while its rows are.
	lookTries = 4
	// slotLooks is how often the slots of all tenants must differ to the same
	// side: the index, with which they are compared, lags behind.
	slotLooks = 3
)

// ReconcileStore is what reconciling reads of the tables. All reads but Due and
// Unfinished, which read the index of open work, are strongly consistent.
type ReconcileStore interface {
	// Due reads a page of the tenants that were due before now. It needs a
	// context from tenant.WithSweep. next is "" at the end.
	Due(ctx context.Context, now time.Time, cursor string) (page []tenant.ID, next string, err error)
	// Postpone moves when a tenant is due; one that is gone does not matter.
	Postpone(ctx context.Context, id tenant.ID, due time.Time) error
	// OpenSlots reads how many jobs of all tenants are counted as unfinished.
	OpenSlots(ctx context.Context) (int64, error)
	// Unfinished counts those jobs. It needs a context from tenant.WithSweep.
	Unfinished(ctx context.Context) (int64, error)
	Heads(ctx context.Context, id tenant.ID) (map[Period]Head, error)
	AllRows(ctx context.Context, id tenant.ID) ([]Filed, error)
	Figures(ctx context.Context, id tenant.ID) (Figures, error)
	JobStates(ctx context.Context, id tenant.ID) (map[string]JobState, error)
}

// ObjectSizes lists what lies in the media bucket of a tenant, in bytes by
// subject, as StoredSubject counts it.
type ObjectSizes interface {
	Sizes(ctx context.Context, id tenant.ID) (map[string]int64, error)
}

// Reconciler holds the ledger against everything that must agree with it.
type Reconciler struct {
	Store    ReconcileStore
	Segments SegmentStore
	Objects  ObjectSizes
	Archiver Archiver
	Now      func() time.Time
	Warn     func(context.Context, error)
	Again    time.Duration // until the second look; 0 is the default
}

// ReconcileRequest is what a run is asked for. The schedule asks for nothing.
type ReconcileRequest struct {
	All    bool   `json:"all"`           // every tenant, due or not
	Cursor string `json:"cursor"`        // where the last run of all left off
	Stale  int    `json:"stale_seconds"` // archive rows of this age; 0 is the default
}

// ReconcileReport is what a run found.
type ReconcileReport struct {
	Tenants []TenantReport `json:"tenants"`
	Failed  []tenant.ID    `json:"failed"` // could not be looked at
	Cursor  string         `json:"cursor"` // "" when no tenant is left
	Slots   []Difference   `json:"slots"`  // of the jobs of all tenants, at most one
}

// TenantReport is what was found of one tenant.
type TenantReport struct {
	Tenant      tenant.ID     `json:"tenant"`
	Months      []MonthReport `json:"months"`
	Count       int           `json:"count"` // of differences, named or not
	Differences []Difference  `json:"differences"`
}

// MonthReport counts what was compared of a month.
type MonthReport struct {
	Month      Period `json:"month"`
	Rows       int    `json:"rows"`
	Segments   int    `json:"segments"`
	Unarchived int    `json:"unarchived"` // rows that are in no segment yet
}

// Run reconciles the tenants that are due, the longest due first, for as long as
// its context and the limit let it. The rest stays due.
func (r Reconciler) Run(ctx context.Context, ask ReconcileRequest) (ReconcileReport, error) {
	report := ReconcileReport{Tenants: []TenantReport{}, Failed: []tenant.ID{}, Cursor: ask.Cursor, Slots: []Difference{}}
	var slotsErr error
	if ask.Cursor == "" { // later calls go on where the first one stopped
		report.Slots, slotsErr = r.slots(ctx)
	}
	return report, errors.Join(slotsErr, r.tenants(ctx, ask, &report))
}

func (r Reconciler) tenants(ctx context.Context, ask ReconcileRequest, report *ReconcileReport) error {
	now, enough := r.Now(), share(ctx)
	due := now
	if ask.All {
		due = now.Add(2 * ReconcileEvery)
	}
	for {
		page, next, err := r.Store.Due(tenant.WithSweep(ctx), due, report.Cursor)
		if err != nil {
			return err
		}
		for _, id := range page {
			if !ask.All && !enough() {
				return nil // what is left stays due
			}
			r.one(tenant.WithTenant(ctx, id), id, ask, report)
		}
		if report.Cursor = next; next == "" || len(report.Tenants) >= reconcileLimit || !enough() {
			return nil
		}
	}
}

// slots holds the count of all tenants' unfinished jobs against the jobs. One too
// many would keep a place from everybody for ever.
func (r Reconciler) slots(ctx context.Context) ([]Difference, error) {
	ctx = tenant.WithSweep(ctx)
	none := []Difference{}
	side := 0
	for look := 0; ; look++ {
		counted, err := r.Store.OpenSlots(ctx)
		if err != nil {
			return none, fmt.Errorf("reconcile slots: %w", err)
		}
		unfinished, err := r.Store.Unfinished(ctx)
		if err != nil {
			return none, fmt.Errorf("reconcile slots: %w", err)
		}
		now := cmp.Compare(counted, unfinished)
		if now == 0 || look > 0 && now != side {
			return none, nil
		}
		if side = now; look == slotLooks-1 {
			return []Difference{{Month: acrossAll, Metric: activeJobs, ID: "all tenants", Where: AtJobs, Ledger: unfinished, Found: counted}}, nil
		}
		if err := wait(ctx, r.Again); err != nil {
			return none, err
		}
	}
}

// share says whether enough of ctx is left for one more tenant: a third.
func share(ctx context.Context) func() bool {
	end, bounded := ctx.Deadline()
	whole := time.Until(end)
	return func() bool { return ctx.Err() == nil && (!bounded || time.Until(end) > whole/3) }
}

// one reconciles a tenant. One that fails, or takes too long, does not stop the
// rest, nor stand first in line the next time: it is put off before it is begun.
func (r Reconciler) one(ctx context.Context, id tenant.ID, ask ReconcileRequest, report *ReconcileReport) {
	r.putOff(ctx, id, ask, reconcileAgain)
	own, done := half(ctx)
	defer done()
	found, err := r.Tenant(own, id, time.Duration(ask.Stale)*time.Second)
	if err != nil {
		report.Failed = append(report.Failed, id)
		r.Warn(ctx, fmt.Errorf("reconcile: %w", err))
		return
	}
	report.Tenants = append(report.Tenants, found)
	r.putOff(ctx, id, ask, ReconcileEvery)
}

// putOff moves when a tenant is due, but for runs by hand: the schedule keeps
// its own time.
func (r Reconciler) putOff(ctx context.Context, id tenant.ID, ask ReconcileRequest, by time.Duration) {
	if ask.All {
		return
	}
	if err := r.Store.Postpone(ctx, id, r.Now().Add(by)); err != nil {
		r.Warn(ctx, fmt.Errorf("postpone reconciliation: %w", err))
	}
}

// half is a context with half of the time that is left.
func half(ctx context.Context) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/2)
}

// Tenant reconciles one tenant. A difference counts when it is there at two
// looks: reads of several items are no snapshot, and people are at work.
func (r Reconciler) Tenant(ctx context.Context, id tenant.ID, stale time.Duration) (TenantReport, error) {
	if stale == 0 {
		stale = defaultStale
	}
	// One instant for all looks, so that no row becomes stale between them.
	before := r.Now().Add(-stale)
	report, found, err := r.catchUp(ctx, id, before)
	if err != nil || len(found) == 0 {
		return report, err
	}
	if err := wait(ctx, r.Again); err != nil {
		return report, err
	}
	l, err := r.look(ctx, id)
	if err != nil {
		return report, err
	}
	again, err := r.differences(ctx, id, l, before)
	found = inOrder(both(found, again))
	report.Months, report.Count = l.months(), len(found)
	report.Differences = append(report.Differences, found[:min(len(found), namedDifferences)]...)
	return report, err
}

// catchUp archives what the stream has left out, and looks.
func (r Reconciler) catchUp(ctx context.Context, id tenant.ID, before time.Time) (TenantReport, []Difference, error) {
	report := TenantReport{Tenant: id, Differences: []Difference{}}
	l, err := r.look(ctx, id)
	if err != nil {
		return report, nil, err
	}
	if old := l.left(before); len(old) > 0 {
		for _, p := range slices.Sorted(maps.Keys(old)) {
			if err := r.Archiver.File(ctx, id, p, old[p]); err != nil {
				r.Warn(ctx, fmt.Errorf("archive what the stream left: %w", err))
			}
		}
		if l, err = r.look(ctx, id); err != nil {
			return report, nil, err
		}
	}
	report.Months = l.months()
	found, err := r.differences(ctx, id, l, before)
	return report, found, err
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		d = secondLook
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// look is a tenant's chains and rows. The rows are read after the heads: what a
// head covers is marked in them, whoever is archiving meanwhile.
type look struct {
	chains map[Period]chain
	rows   []Filed
	jobs   map[string]JobState
}

func (r Reconciler) look(ctx context.Context, id tenant.ID) (look, error) {
	l := look{chains: map[Period]chain{}}
	heads, err := r.Store.Heads(ctx, id)
	if err != nil {
		return l, err
	}
	there, err := r.Segments.ListSegments(ctx, id)
	if err != nil {
		return l, err
	}
	for p, numbers := range there {
		if last := slices.Max(numbers); last > heads[p].Segment+1 { // the next one may be on its way
			l.chains[p] = chain{problems: []Difference{{
				Tenant: id, Month: p, Metric: rowCount, ID: fmt.Sprintf("segment %08d", last), Where: AtSegment,
				Ledger: int64(heads[p].Segment), Found: int64(last), Note: "the segment is beyond the head",
			}}}
		}
	}
	if l.jobs, err = r.Store.JobStates(ctx, id); err != nil {
		return l, err
	}
	if l.rows, err = r.Store.AllRows(ctx, id); err != nil {
		return l, err
	}
	for _, f := range l.rows {
		if _, known := heads[f.Period]; !known {
			heads[f.Period] = Head{} // a month whose head is lost has rows that say so
		}
	}
	for p, head := range heads {
		data, err := r.fetch(ctx, id, p, head.Segment, there[p])
		if err != nil {
			return l, err
		}
		c := follow(id, p, head, data)
		c.problems = append(c.problems, l.chains[p].problems...)
		l.chains[p] = c
	}
	return l, nil
}

// fetch reads a month's segments up to the head, several at a time, and nil for
// those that are not there.
func (r Reconciler) fetch(ctx context.Context, id tenant.ID, p Period, last int, there []int) ([][]byte, error) {
	data, errs := make([][]byte, last), make([]error, last)
	free := make(chan struct{}, fetchAtOnce)
	var readers sync.WaitGroup
	for _, number := range there {
		if number > last {
			continue
		}
		free <- struct{}{}
		readers.Go(func() {
			defer func() { <-free }()
			data[number-1], errs[number-1] = r.Segments.GetSegment(ctx, id, p, number)
		})
	}
	readers.Wait()
	for i, err := range errs {
		if err != nil && !problem.Is(err, problem.NotFound) {
			return nil, fmt.Errorf("read segment %d: %w", i+1, err)
		}
	}
	return data, nil
}

// left are the rows from before an instant that are in no segment, by month.
func (l look) left(before time.Time) map[Period][]RowID {
	old := map[Period][]RowID{}
	for _, f := range l.rows {
		// A row that lost its mark must not be copied a second time.
		if f.Segment == 0 && f.At.Before(before) && len(l.chains[f.Period].copies[f.ID()]) == 0 {
			old[f.Period] = append(old[f.Period], f.ID())
		}
	}
	return old
}

// unfiled names the rows that archiving them has just not archived.
func (l look) unfiled(id tenant.ID, before time.Time) (all []Difference) {
	for p, rows := range l.left(before) {
		for _, row := range rows {
			all = append(all, Difference{
				Tenant: id, Month: p, Metric: rowCount, ID: row.String(), Where: AtSegment, Ledger: 1, Note: "the row is in no segment, and cannot be archived",
			})
		}
	}
	return all
}

func (l look) months() []MonthReport {
	counts := map[Period]*MonthReport{}
	at := func(p Period) *MonthReport {
		if counts[p] == nil {
			counts[p] = &MonthReport{Month: p}
		}
		return counts[p]
	}
	for p, c := range l.chains {
		at(p).Segments = c.head.Segment
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

func (r Reconciler) differences(ctx context.Context, id tenant.ID, l look, before time.Time) ([]Difference, error) {
	all := append(l.unfiled(id, before), explainReserved(id, l.rows, r.Now().Add(-longestHold))...)
	for p, c := range l.chains {
		all = append(all, c.against(id, slices.DeleteFunc(slices.Clone(l.rows), func(f Filed) bool { return f.Period != p }))...)
	}
	counters, err := r.counters(ctx, id, l.rows, l.jobs)
	if err != nil {
		return nil, err
	}
	sizes, err := r.Objects.Sizes(ctx, id)
	return slices.Concat(all, counters, explainObjects(id, l.rows, sizes)), err
}

// counters reads the counters between two reads of the rows. Rows are only added,
// so what both reads agree on was there when the counters were read.
func (r Reconciler) counters(ctx context.Context, id tenant.ID, rows []Filed, jobs map[string]JobState) ([]Difference, error) {
	var found []Difference
	for try := range lookTries {
		have, err := r.Store.Figures(ctx, id)
		if err != nil {
			return nil, err
		}
		if found = slices.Concat(explain(id, rows, nil, have), explainJobs(id, jobs, jobs, have.ActiveJobs)); len(found) == 0 {
			return nil, nil
		}
		after, err := r.Store.AllRows(ctx, id)
		if err != nil {
			return nil, err
		}
		then, err := r.Store.JobStates(ctx, id)
		if err != nil {
			return nil, err
		}
		found = slices.Concat(explain(id, rows, since(rows, after), have), explainJobs(id, jobs, then, have.ActiveJobs))
		if len(found) > 0 || (len(after) == len(rows) && maps.Equal(jobs, then)) {
			return found, nil
		}
		rows, jobs = after, then
		if err := pause(ctx, try+4); err != nil {
			return nil, err
		}
	}
	return found, nil
}

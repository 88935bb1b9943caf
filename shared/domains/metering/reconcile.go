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

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// ReconcileEvery is how often a tenant is reconciled.
	ReconcileEvery = 24 * time.Hour
	// reconcileAgain is when one is tried again that could not be.
	reconcileAgain = time.Hour
	// reconcileLimit bounds what one run answers to whoever asks for all. The schedule's
	// runs are bounded by their time: at so many an hour most of 12,000 tenants and more
	// would never be looked at.
	reconcileLimit = 500
	// reconciledAtOnce is how many tenants are read at a time: most of a tenant's time goes
	// by in waiting for the tables.
	reconciledAtOnce = 16
	// namedDifferences bounds how many of a tenant's differences are named.
	namedDifferences = 200
	// longestHold is the age from which an open reservation is a difference: the
	// sweeper settles every reservation long before.
	longestHold = 24 * time.Hour
	// slotReads is how often the slots of all tenants must differ to the same
	// side: the index, with which they are compared, lags behind.
	slotReads = 3
)

// ReconcileStore is what reconciling reads of the tables. All reads but Due and
// Unfinished, which read the index of open work, are strongly consistent.
type ReconcileStore interface {
	// Due reads a page of the tenants that were due before now. It needs a
	// context from tenant.WithSweep. next is "" at the end.
	Due(ctx context.Context, now time.Time, cursor string) (page []tenant.ID, next string, err error)
	// Postpone moves when a tenant is due; that one is gone is no error.
	Postpone(ctx context.Context, id tenant.ID, due time.Time) error
	// OpenSlots reads how many jobs of all tenants are counted as unfinished.
	OpenSlots(ctx context.Context) (int64, error)
	// Unfinished counts those jobs. It needs a context from tenant.WithSweep.
	Unfinished(ctx context.Context) (int64, error)
	// Heads reads the head and the seal of every archived month.
	Heads(ctx context.Context, id tenant.ID) (map[Period]Archived, error)
	// LedgerRows reads the rows of the months from first to last, both included;
	// "" is no bound.
	LedgerRows(ctx context.Context, id tenant.ID, first, last Period) ([]Filed, error)
	Figures(ctx context.Context, id tenant.ID) (Figures, error)
	JobStates(ctx context.Context, id tenant.ID) (map[string]JobState, error)
	// SealMonth stores a month's seal, in place of the one before. Errors:
	// ErrChanged when the month's head is not the seal's.
	SealMonth(ctx context.Context, id tenant.ID, p Period, s Seal) error
}

// ObjectSizes lists what lies in the media bucket of a tenant, in bytes by
// subject, as StoredSubject counts it.
type ObjectSizes interface {
	Sizes(ctx context.Context, id tenant.ID) (map[string]int64, error)
}

// Reconciler holds the ledger against everything that must agree with it.
type Reconciler struct {
	Store    ReconcileStore
	Segments LockedStore
	Objects  ObjectSizes
	Archiver Archiver
	Now      func() time.Time
	Warn     func(context.Context, error)
	Again    time.Duration // until the second reading; 0 is the default
}

// ReconcileRequest is what a run is asked for. The schedule asks for nothing.
type ReconcileRequest struct {
	All    bool   `json:"all"`           // every tenant, due or not
	Full   bool   `json:"full"`          // read sealed months too, all of them
	Cursor string `json:"cursor"`        // where the last run of all left off
	Stale  int    `json:"stale_seconds"` // archive rows of this age; 0 is the default
}

// ReconcileReport is what a run found.
type ReconcileReport struct {
	Tenants []TenantReport `json:"tenants"`
	Failed  []tenant.ID    `json:"failed"` // could not be read
	Cursor  string         `json:"cursor"` // "" when no tenant is left
	Slots   []Difference   `json:"slots"`  // of the jobs of all tenants, at most one
}

// TenantReport is what was found of one tenant.
type TenantReport struct {
	Tenant      tenant.ID     `json:"tenant"`
	Months      []MonthReport `json:"months"`
	Reopened    []Period      `json:"reopened,omitempty"` // months whose seals did not hold: read in full, with what follows
	Count       int           `json:"count"`              // of differences, named or not
	Differences []Difference  `json:"differences"`
}

// Amiss is the report without the tenants of whom there is nothing to say: an answer
// of some thousands of them is more than Lambda takes.
func (r ReconcileReport) Amiss() ReconcileReport {
	r.Tenants = slices.DeleteFunc(slices.Clone(r.Tenants), func(t TenantReport) bool { return t.Count == 0 && len(t.Reopened) == 0 })
	return r
}

// MonthReport counts what was compared of a month.
type MonthReport struct {
	Month      Period `json:"month"`
	Rows       int    `json:"rows"`       // of the ledger; 0 for a sealed month, whose rows are not read
	Segments   int    `json:"segments"`   // in the bucket, up to the head
	Unarchived int    `json:"unarchived"` // rows that are in no segment yet
	Sealed     bool   `json:"sealed"`     // checked by its seal, not read
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
		for some := range slices.Chunk(page, reconciledAtOnce) {
			if !ask.All && !enough() {
				return nil // what is left stays due
			}
			r.some(ctx, some, ask, report)
		}
		if report.Cursor = next; next == "" || ask.All && len(report.Tenants) >= reconcileLimit || !enough() {
			return nil
		}
	}
}

// some reconciles tenants at once, and reports in their order.
func (r Reconciler) some(ctx context.Context, ids []tenant.ID, ask ReconcileRequest, report *ReconcileReport) {
	parts := make([]ReconcileReport, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() { r.one(tenant.WithTenant(ctx, id), id, ask, &parts[i]) })
	}
	all.Wait()
	for _, part := range parts {
		report.Tenants, report.Failed = append(report.Tenants, part.Tenants...), append(report.Failed, part.Failed...)
	}
}

// slots compares the count of all tenants' unfinished jobs with the jobs. A count
// that is too high would keep places from everybody for good.
func (r Reconciler) slots(ctx context.Context) ([]Difference, error) {
	ctx = tenant.WithSweep(ctx)
	none := []Difference{}
	side := 0
	for read := 0; ; read++ {
		counted, err := r.Store.OpenSlots(ctx)
		if err != nil {
			return none, fmt.Errorf("reconcile slots: %w", err)
		}
		unfinished, err := r.Store.Unfinished(ctx)
		if err != nil {
			return none, fmt.Errorf("reconcile slots: %w", err)
		}
		now := cmp.Compare(counted, unfinished)
		if now == 0 || read > 0 && now != side {
			return none, nil
		}
		if side = now; read == slotReads-1 {
			return []Difference{{Month: acrossAll, Metric: activeJobs, ID: "all tenants", Where: AtJobs, Ledger: unfinished, Found: counted}}, nil
		}
		if err := archive.BeforeAgain(ctx, r.Again); err != nil {
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

// one reconciles a tenant, and puts it off before it begins: a tenant that fails
// or takes too long does not come first again in the next run.
func (r Reconciler) one(ctx context.Context, id tenant.ID, ask ReconcileRequest, report *ReconcileReport) {
	r.putOff(ctx, id, ask, reconcileAgain)
	own, done := half(ctx)
	defer done()
	found, err := r.Tenant(own, id, time.Duration(ask.Stale)*time.Second, ask.Full)
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

// Tenant reconciles one tenant; full reads sealed months too. A difference counts
// when two readings find it: reading several items is no snapshot, and people are
// at work.
func (r Reconciler) Tenant(ctx context.Context, id tenant.ID, stale time.Duration, full bool) (TenantReport, error) {
	report := TenantReport{Tenant: id, Differences: []Difference{}}
	if stale == 0 {
		stale = archive.StaleAfter
	}
	// One instant for all readings, so that no row becomes stale between them.
	s := scope{stale: r.Now().Add(-stale), full: full, recheck: true}
	l, found, err := r.first(ctx, id, s)
	if err == nil && len(found) > 0 {
		before := found
		if err = archive.BeforeAgain(ctx, r.Again); err == nil {
			l, found, err = r.readAgain(ctx, id, l, s)
			report.name(inOrder(both(before, found)))
		}
	}
	report.Months, report.Reopened = l.months(), l.reopened
	if err != nil {
		return report, err
	}
	for _, p := range l.reopened {
		r.Warn(ctx, fmt.Errorf("reconcile: the seal of %s does not hold; read in full from there on", p))
	}
	r.keepSeals(ctx, id, l, len(found) == 0)
	return report, nil
}

func (t *TenantReport) name(all []Difference) {
	t.Count = len(all)
	t.Differences = append(t.Differences, all[:min(len(all), namedDifferences)]...)
}

// first archives what the stream has left out, and reads. If a counter is not
// what a sealed month's seal says, that month and what follows is read in full.
func (r Reconciler) first(ctx context.Context, id tenant.ID, s scope) (reading, []Difference, error) {
	l, err := r.read(ctx, id, s)
	if err != nil {
		return l, nil, err
	}
	if old := l.left(s.stale); len(old) > 0 {
		for _, p := range slices.Sorted(maps.Keys(old)) {
			if err := r.Archiver.File(ctx, id, p, old[p]); err != nil {
				r.Warn(ctx, fmt.Errorf("archive what the stream left: %w", err))
			}
		}
		if l, err = r.read(ctx, id, s); err != nil {
			return l, nil, err
		}
	}
	found, err := r.differences(ctx, id, l, s)
	if p, contradicted := l.closed.contradicted(found); contradicted && err == nil {
		l.reopened = append(l.reopened, p)
		return r.readAgain(ctx, id, l, s)
	}
	return l, found, err
}

// readAgain reads once more, without the seals that did not hold before.
func (r Reconciler) readAgain(ctx context.Context, id tenant.ID, before reading, s scope) (reading, []Difference, error) {
	s.recheck = false
	if len(before.reopened) > 0 {
		s.until = slices.Min(before.reopened)
	}
	l, err := r.read(ctx, id, s)
	if err != nil {
		return before, nil, err
	}
	l.rechecked = before.rechecked
	l.reopened = slices.Compact(slices.Sorted(slices.Values(append(before.reopened, l.reopened...))))
	found, err := r.differences(ctx, id, l, s)
	return l, found, err
}

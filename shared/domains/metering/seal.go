package metering

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// closedAfter is how long after its end a month is closed. The last settlement
	// of a month comes within longestHold of its end; deletions and corrections go
	// to the present month.
	closedAfter = 3 * longestHold
	// recheckAfter is when a sealed month is read in full again. A run does so with
	// one month at most, the one that waits longest.
	recheckAfter = 30 * 24 * time.Hour
)

// Seal is what a closed month held when it was last read in full and nothing
// differed. Months are sealed in their order, each with all that came before it,
// so that the last seal that holds accounts for everything up to its month.
type Seal struct {
	Head    archive.Head
	Objects string    // digest of the month's segments as the bucket lists them
	Taken   Amounts   // sum of the month's rows; what they reserved adds up to nothing
	Carried string    // digest and name of the balances after this month
	Read    time.Time // when the month was last read in full
}

// Archived is a month's head, and its seal if it has one.
type Archived struct {
	archive.Head
	Seal Seal
}

// LockedStore is the locked bucket as reconciling uses it.
type LockedStore interface {
	archive.ListedSegments
	// PutBalances writes the balances after a month under their digest. That they
	// are there already is no error.
	PutBalances(ctx context.Context, id tenant.ID, p Period, digest string, data []byte) error
	// GetBalances reads balances. Errors: NotFound.
	GetBalances(ctx context.Context, id tenant.ID, p Period, digest string) ([]byte, error)
}

// closedMonths are the months whose seals hold, oldest first without a gap. No
// row and no segment of them is read.
type closedMonths struct {
	seals    map[Period]Seal
	last     Period   // "" is none
	balances Balances // after the last
}

// next is the first month that is read in full; "" reads all.
func (c closedMonths) next() Period {
	if c.last == "" {
		return ""
	}
	return PeriodOf(c.last.End())
}

// before is the sealed month before p; "" is none.
func (c closedMonths) before(p Period) (last Period) {
	for other := range c.seals {
		if other < p {
			last = max(last, other)
		}
	}
	return last
}

// contradicted is the first closed month whose counter is not what is sealed. A
// month without a seal that has a counter all the same is one of them.
func (c closedMonths) contradicted(all []Difference) (first Period, found bool) {
	for _, d := range all {
		if d.Where == AtCounter && d.Month <= c.last && (!found || d.Month < first) {
			first, found = d.Month, true
		}
	}
	return first, found
}

// due is the sealed month whose full reading is longest ago, if that is long.
func (c closedMonths) due(now time.Time) (longest Period, isDue bool) {
	for _, p := range slices.Sorted(maps.Keys(c.seals)) {
		if longest == "" || c.seals[p].Read.Before(c.seals[longest].Read) {
			longest = p
		}
	}
	return longest, longest != "" && !c.seals[longest].Read.Add(recheckAfter).After(now)
}

// holds compares a seal with the month's head and segments as they are.
func (s Seal) holds(head archive.Head, listed []archive.Listed) bool {
	return s.Head == head && s.Objects == listing(listed)
}

// same compares two seals but for when they were made.
func (s Seal) same(o Seal) bool {
	return s.Head == o.Head && s.Objects == o.Objects && s.Carried == o.Carried && maps.Equal(nonZero(s.Taken), nonZero(o.Taken))
}

// listing is the digest of a month's segments as they are listed.
func listing(all []archive.Listed) string {
	var names strings.Builder
	for _, s := range all {
		fmt.Fprintf(&names, "%08d %s\n", s.Number, s.Tag)
	}
	return archive.Digest([]byte(names.String()))
}

// useSeals finds the closed months whose seals hold. If one of them is to be read
// in full and does not agree, it and all later ones are open.
func (r Reconciler) useSeals(ctx context.Context, id tenant.ID, heads map[Period]Archived, s scope, l *reading) error {
	if err := r.holding(ctx, id, heads, s, l); err != nil || !s.recheck {
		return err
	}
	p, due := l.closed.due(r.Now())
	if !due {
		return nil
	}
	agrees, err := r.recheck(ctx, id, p, heads[p].Head, *l)
	switch {
	case err != nil:
		return err
	case agrees:
		l.rechecked = p
		return nil
	}
	l.reopened = append(l.reopened, p)
	s.until = p
	return r.holding(ctx, id, heads, s, l)
}

// holding follows the seals from the oldest month on until one is missing or does
// not hold, and reads the balances of the last. Without those no seal is used.
func (r Reconciler) holding(ctx context.Context, id tenant.ID, heads map[Period]Archived, s scope, l *reading) error {
	l.closed = closedMonths{seals: map[Period]Seal{}}
	months := slices.Concat(slices.Collect(maps.Keys(heads)), slices.Collect(maps.Keys(l.listed)))
	slices.Sort(months)
	for _, p := range slices.Compact(months) {
		seal := heads[p].Seal
		if seal.Carried == "" || !s.uses(p) {
			break
		}
		if !seal.holds(heads[p].Head, l.listed[p]) {
			l.reopened = append(l.reopened, p)
			break
		}
		l.closed.seals[p], l.closed.last = seal, p
	}
	if l.closed.last == "" {
		return nil
	}
	var stored int64
	for _, seal := range l.closed.seals {
		stored += seal.Taken[storage]
	}
	balances, err := r.carried(ctx, id, l.closed.last, l.closed.seals[l.closed.last].Carried)
	if err != nil && !errors.Is(err, errBalances) {
		return err
	}
	if err != nil || balances.total() != stored {
		l.reopened = append(l.reopened, slices.Min(slices.Collect(maps.Keys(l.closed.seals))))
		l.closed = closedMonths{}
		return nil
	}
	l.closed.balances = balances
	return nil
}

// errBalances says that balances are gone, or are not what their digest says.
var errBalances = errors.New("metering: the balances are not what was sealed")

func (r Reconciler) carried(ctx context.Context, id tenant.ID, p Period, digest string) (Balances, error) {
	data, err := r.Segments.GetBalances(ctx, id, p, digest)
	switch {
	case problem.Is(err, problem.NotFound):
		return nil, errBalances
	case err != nil:
		return nil, err
	case archive.Digest(data) != digest:
		return nil, errBalances
	}
	return decodeBalances(data, id, p)
}

// recheck reads a sealed month in full: its rows, its segments and the balances
// before it must lead to the seal that it has.
func (r Reconciler) recheck(ctx context.Context, id tenant.ID, p Period, head archive.Head, l reading) (agrees bool, err error) {
	rows, err := r.Store.LedgerRows(ctx, id, p, p)
	if err != nil {
		return false, err
	}
	data, err := archive.Fetch(ctx, r.Segments, id, p, head.Segment, l.listed[p])
	if err != nil {
		return false, err
	}
	c, balances := Book().Follow(id, p, head, data), Balances{}
	if previous := l.closed.before(p); previous != "" {
		balances, err = r.carried(ctx, id, previous, l.closed.seals[previous].Carried)
	}
	if errors.Is(err, errBalances) {
		return false, nil
	}
	if err != nil || len(against(id, p, c, rows)) > 0 {
		return false, err
	}
	seal, _, ok, err := sealed(id, p, head, l.listed[p], rows, balances)
	return ok && seal.same(l.closed.seals[p]), err
}

// sealed makes a month's seal and adds its rows to the balances before it. ok is
// false while the month cannot be sealed: a row is in no segment, a segment is on
// its way, or something is reserved.
func sealed(id tenant.ID, p Period, head archive.Head, listed []archive.Listed, rows []Filed, balances Balances) (seal Seal, data []byte, ok bool, err error) {
	inNone := slices.ContainsFunc(rows, func(f Filed) bool { return f.Segment == 0 })
	forever := p.End().AddDate(1000, 0, 0)
	if inNone || len(rows) == 0 || len(rows) != head.Rows || len(listed) != head.Segment || len(explainReserved(id, rows, forever)) > 0 {
		return Seal{}, nil, false, nil
	}
	balances.add(rows)
	data, err = balances.encode(id, p)
	taken := nonZero(sums(closedMonths{}, rows).Months[p].Taken)
	return Seal{Head: head, Objects: listing(listed), Taken: taken, Carried: archive.Digest(data)}, data, err == nil, err
}

// keepSeals renews the seal that was read in full again and, if nothing differed,
// seals the months that have closed. What it cannot write is left to the next run.
func (r Reconciler) keepSeals(ctx context.Context, id tenant.ID, l reading, clean bool) {
	err := r.renew(ctx, id, l)
	if err == nil && clean {
		err = r.sealClosed(ctx, id, l)
	}
	if err != nil && !errors.Is(err, ErrChanged) && !errors.Is(err, archive.ErrChanged) {
		r.Warn(ctx, fmt.Errorf("seal months: %w", err))
	}
}

func (r Reconciler) renew(ctx context.Context, id tenant.ID, l reading) error {
	seal, there := l.closed.seals[l.rechecked]
	if !there {
		return nil
	}
	seal.Read = r.Now()
	return r.Store.SealMonth(ctx, id, l.rechecked, seal)
}

func (r Reconciler) sealClosed(ctx context.Context, id tenant.ID, l reading) error {
	balances := maps.Clone(l.closed.balances)
	if balances == nil {
		balances = Balances{}
	}
	for _, p := range slices.Sorted(maps.Keys(l.chains)) {
		if r.Now().Before(p.End().Add(closedAfter)) {
			return nil
		}
		seal, data, ok, err := sealed(id, p, l.chains[p].Head, l.listed[p], l.of(p), balances)
		if err != nil || !ok {
			return err
		}
		if err := r.Segments.PutBalances(ctx, id, p, seal.Carried, data); err != nil {
			return err
		}
		seal.Read = r.Now()
		if err := r.Store.SealMonth(ctx, id, p, seal); err != nil {
			return err
		}
	}
	return nil
}

package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

// closed is a time at which month is closed, and recheck one at which a sealed
// month is read in full again.
func closed() time.Time  { return month.End().AddDate(0, 0, 4) }
func recheck() time.Time { return closed().AddDate(0, 0, 31) }

// at reconciles at a time.
func (w *world) at(now time.Time, full bool) metering.TenantReport {
	w.T.Helper()
	r := w.process(nil).reconciler
	r.Now = func() time.Time { return now }
	report, err := r.Tenant(w.Ctx(), w.ID, time.Duration(1<<62), full)
	harness.Must(w.T, err)
	return report
}

// sealedMonths says of each month of a report whether its seal alone was checked.
func sealedMonths(r metering.TenantReport) map[metering.Period]bool {
	all := map[metering.Period]bool{}
	for _, m := range r.Months {
		all[m.Month] = m.Sealed
	}
	return all
}

// sealed is a tenant with something of everything whose month is sealed.
func (w *world) sealed(t *testing.T) (*world, string) {
	t.Helper()
	own, subject := w.full(t)
	own.at(closed(), false)
	if again := own.at(closed(), false); again.Count != 0 || !sealedMonths(again)[month] {
		t.Fatalf("not sealed: %+v", again)
	}
	return own, subject
}

func TestAMonthIsSealedOnceItIsClosedAndAgrees(t *testing.T) {
	shared := newWorld(t)
	settled := func(w *world) {}
	for _, c := range []struct {
		name   string
		before func(*world)
		now    time.Time
		sealed bool
	}{
		{"closed", settled, closed(), true},
		{"over, and not closed yet", settled, month.End().Add(71 * time.Hour), false},
		{"a row is in no segment", func(w *world) { w.previewOf(month) }, closed(), false},
		{"something is reserved", func(w *world) {
			held := previewIn(month, 0)[:1]
			held[0].At = closed().Add(-time.Hour) // young, so that it is no difference
			w.write(held[0])
			w.deliver(w.process(nil), []metering.RowID{held[0].ID()})
		}, closed(), false},
		{"a counter differs", func(w *world) { w.add("USAGE#"+string(month), "images_count_taken", 1) }, closed(), false},
		{"a month before it is not sealed", func(w *world) { w.previewOf("2099-10") }, closed(), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := shared.full(t)
			c.before(w)
			w.at(c.now, false)
			if got := sealedMonths(w.at(c.now, false))[month]; got != c.sealed {
				t.Errorf("sealed: %v", got)
			}
		})
	}
}

// previewOf writes a preview that nobody archives.
func (w *world) previewOf(p metering.Period) {
	w.T.Helper()
	for _, r := range previewIn(p, 0) {
		w.write(r)
	}
}

// A difference in a sealed month is named as in an open one: by the next run if
// a seal, a counter or a listing tells of it, and else when the month is read in
// full again, be it by its time or on demand.
func TestEachDifferenceInASealedMonthIsNamed(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	rowsOnly := []string{"row removed: the counter", "row removed: its copy", "row changed by hand"}
	for _, c := range harness.SomeOf(plantedDifferences()) {
		t.Run(c.name, func(t *testing.T) {
			w, subject := shared.sealed(t)
			c.plant(w, subject)
			late := slices.Contains(rowsOnly, c.name)
			if found := w.at(closed(), false); c.in(w, found, subject) == late {
				t.Errorf("at the next run: %+v", found)
			}
			for when, found := range map[string]metering.TenantReport{
				"by its time": w.at(recheck(), false), "on demand": w.at(closed(), true),
			} {
				if !c.in(w, found, subject) {
					t.Errorf("%s: %+v", when, found)
				}
			}
		})
	}
}

// in says whether a report names a planted difference.
func (c planted) in(w *world, r metering.TenantReport, subject string) bool {
	return slices.ContainsFunc(r.Differences, func(d metering.Difference) bool {
		return d.Tenant == w.ID && d.Month == c.month && d.Metric == c.metric && d.ID == c.id(subject) && d.Ledger == c.ledger && d.Found == c.found
	})
}

func (w *world) inSeal(attribute string, value any) {
	w.T.Helper()
	v := book.Text(fmt.Sprint(value))
	if n, ok := value.(int); ok {
		v = book.Number(int64(n))
	}
	w.Change(head, "SET seal.#"+attribute+" = :v", book.Item{":v": v})
}

func (w *world) seal() metering.Seal {
	w.T.Helper()
	heads, err := w.process(nil).reconciler.Store.Heads(w.Ctx(), w.ID)
	harness.Must(w.T, err)
	return heads[month].Seal
}

func (w *world) balancesKey() string {
	return fmt.Sprintf("tenants/%s/%s/balances-%s.jsonl", w.ID, month, w.seal().Carried)
}

// A seal that does not hold while everything else agrees is no difference: the
// month is read in full, and sealed anew.
func TestASealThatDoesNotHoldIsRenewedByAFullReading(t *testing.T) {
	shared := newWorld(t)
	for name, plant := range map[string]func(*world){
		"its sums": func(w *world) {
			w.Change(head, "SET seal.taken.#images_count = :v", book.Item{":v": book.Number(9)})
		},
		"its sum of storage": func(w *world) {
			w.Change(head, "SET seal.taken.#storage_mb = :v", book.Item{":v": book.Number(9)})
		},
		"its count of rows":  func(w *world) { w.inSeal("rows", 5) },
		"its segment":        func(w *world) { w.inSeal("segment", 1) },
		"its digest":         func(w *world) { w.inSeal("sha256", "x") },
		"its listing":        func(w *world) { w.inSeal("objects", "x") },
		"its balances' name": func(w *world) { w.inSeal("carried", "x") },
		"its balances":       func(w *world) { w.Overwrite(w.balancesKey(), []byte("{}\n")) },
		"its balances, and their next name is taken": func(w *world) {
			w.Overwrite(w.balancesKey(), []byte("{}\n"))
			w.Object(w.Locked, strings.Replace(w.balancesKey(), ".jsonl", "-2.jsonl", 1), []byte("{}\n"))
		},
		"its balances are gone": func(w *world) { w.Remove(w.Locked, w.balancesKey()) },
		"a row that came too late": func(w *world) {
			rows := previewIn(month, 0)
			for _, r := range rows {
				w.write(r)
			}
			w.deliver(w.process(nil), []metering.RowID{rows[0].ID(), rows[1].ID()})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := shared.sealed(t)
			plant(w)
			found := w.at(closed(), false)
			if found.Count != 0 || sealedMonths(found)[month] || !slices.Equal(found.Reopened, []metering.Period{month}) {
				t.Errorf("at the next run: %+v", found)
			}
			again := w.at(closed(), false)
			if again.Count != 0 || !sealedMonths(again)[month] || len(again.Reopened) != 0 {
				t.Errorf("after that: %+v", again)
			}
		})
	}
}

// A row that came too late and is in no segment yet opens its month by its
// counter, and the month stays open until the row is archived.
func TestALateRowKeepsItsMonthOpenUntilItIsArchived(t *testing.T) {
	w, _ := newWorld(t).sealed(t)
	w.previewOf(month)
	for range 2 {
		if found := w.at(closed(), false); found.Count != 0 || sealedMonths(found)[month] || found.Months[0].Unarchived != 2 {
			t.Errorf("%+v", found)
		}
	}
}

// A seal is written for a head that is still the one that was read.
func TestAMonthIsNotSealedForAnotherHead(t *testing.T) {
	w, _ := newWorld(t).full(t)
	r := w.process(nil).reconciler
	r.Now = closed
	r.Store = archivedMeanwhile{r.Store, func() {
		rows := previewIn(month, 0)
		for _, one := range rows {
			w.write(one)
		}
		w.deliver(w.process(nil), []metering.RowID{rows[0].ID(), rows[1].ID()})
	}}
	if report, err := r.Tenant(w.Ctx(), w.ID, time.Hour, false); err != nil || report.Count != 0 {
		t.Errorf("%+v %v", report, err)
	}
	if s := w.seal(); s.Carried != "" {
		t.Errorf("sealed: %+v", s)
	}
}

// archivedMeanwhile is the tables, where rows are archived just before a seal.
type archivedMeanwhile struct {
	metering.ReconcileStore
	archive func()
}

func (s archivedMeanwhile) SealMonth(ctx context.Context, id tenant.ID, p metering.Period, seal metering.Seal) error {
	s.archive()
	return s.ReconcileStore.SealMonth(ctx, id, p, seal)
}

// Whatever call of a run that seals fails, before its effect or after it, the next
// run finds no difference and a month that is sealed.
func TestSealingMayFailAtEveryCall(t *testing.T) {
	shared := newWorld(t)
	struck := 0
	for _, kind := range []calls.Kind{calls.LostBefore, calls.LostAfter} {
		for nth := 1; ; nth++ {
			faults := calls.Plant(calls.Fault{Nth: nth, Kind: kind, Forever: true})
			w := shared.months(t, 1)
			r := w.process(faults).reconciler
			r.Now = closed
			_, _ = r.Tenant(w.Ctx(), w.ID, time.Hour, false) // whether it fails does not matter
			if faults.Struck() == 0 {
				break
			}
			struck++
			w.at(closed(), false)
			if found := w.at(closed(), false); found.Count != 0 || len(found.Reopened) != 0 || !sealedMonths(found)[month] {
				t.Errorf("%s at call %d: %+v", kind, nth, found)
			}
		}
	}
	t.Logf("%d faults struck", struck)
	if struck < 20 {
		t.Errorf("only %d faults struck", struck)
	}
}

// Several runs may seal a month at once, and archive it at once.
func TestRunsAtOnceSealTheSame(t *testing.T) {
	w, _ := newWorld(t).full(t)
	var runs sync.WaitGroup
	for range 6 {
		runs.Go(func() {
			r := w.process(nil).reconciler
			r.Now = closed
			if report, err := r.Tenant(w.Ctx(), w.ID, time.Hour, false); err != nil || report.Count != 0 {
				t.Errorf("%+v %v", report, err)
			}
		})
	}
	runs.Wait()
	if found := w.at(closed(), false); found.Count != 0 || len(found.Reopened) != 0 || !sealedMonths(found)[month] || len(w.Warned.All()) > 0 {
		t.Errorf("%+v %v", found, w.Warned.All())
	}
}

// What was stored in a sealed month and is deleted later adds up by the balances
// that the seal carries, file by file.
func TestWhatIsStoredIsExactAcrossSealedMonths(t *testing.T) {
	w, subject := newWorld(t).sealed(t)
	release := metering.Release(subject, 1000, closed())
	w.write(release)
	w.deliver(w.process(nil), []metering.RowID{release.ID()})
	found := w.at(closed(), false)
	if !sealedMonths(found)[month] || found.Count != 1 || found.Differences[0].ID != subject || found.Differences[0].Where != metering.AtObject ||
		found.Differences[0].Ledger != 0 || found.Differences[0].Found != 1000 {
		t.Errorf("its file is still there: %+v", found)
	}
	w.Remove(w.Tables.Bucket, w.image(subject))
	if found = w.at(closed(), false); !sealedMonths(found)[month] || found.Count != 0 {
		t.Errorf("its file is gone: %+v", found)
	}
	next := release.Period.End().AddDate(0, 0, 4)
	w.at(next, false)
	if found = w.at(next, false); !sealedMonths(found)[month] || !sealedMonths(found)[release.Period] || found.Count != 0 {
		t.Errorf("both months are sealed: %+v", found)
	}
}

// A run reads one sealed month in full at most, each in its turn.
func TestSealedMonthsAreReadAgainInTurn(t *testing.T) {
	w := newWorld(t).months(t, 3)
	now, read := closed(), []int{}
	w.at(now, false)
	now = now.AddDate(0, 0, 30)
	for range 4 {
		ctx, counter := calls.Count(w.Ctx())
		report := w.counted(ctx, now, false)
		if report.Count != 0 || slices.Contains(slices.Collect(maps.Values(sealedMonths(report))), false) {
			t.Errorf("%+v", report)
		}
		read = append(read, counter.Calls()["DynamoDB.Query"])
		now = now.Add(24 * time.Hour)
	}
	if read[0] != read[1] || read[1] != read[2] || read[3] != read[2]-1 {
		t.Errorf("queries of each run: %v", read)
	}
}

// rowsRead is the tables, and how many rows of the ledger were read from them.
type rowsRead struct {
	metering.ReconcileStore
	n *int
}

func (s rowsRead) LedgerRows(ctx context.Context, id tenant.ID, first, last metering.Period) ([]metering.Filed, error) {
	rows, err := s.ReconcileStore.LedgerRows(ctx, id, first, last)
	*s.n += len(rows)
	return rows, err
}

func (w *world) counted(ctx context.Context, now time.Time, full bool) metering.TenantReport {
	w.T.Helper()
	r := w.process(nil).reconciler
	r.Now = func() time.Time { return now }
	report, err := r.Tenant(ctx, w.ID, time.Hour, full)
	harness.Must(w.T, err)
	return report
}

// months is a tenant with a preview in each of n months, the last of them month.
func (w *world) months(t *testing.T, n int) *world {
	t.Helper()
	own := w.another(t)
	for back := range n {
		var rows []metering.RowID
		for _, r := range previewIn(metering.PeriodOf(month.Start().AddDate(0, -back, 0)), 0) {
			own.write(r)
			rows = append(rows, r.ID())
		}
		for _, r := range rows {
			own.deliver(own.process(nil), []metering.RowID{r}) // two segments
		}
	}
	return own
}

// The calls of a daily run do not grow with the closed months, nor what it reads
// of the tables by more than the heads and counters of the months themselves.
func TestADailyRunCostsTheSameForOneMonthAsForThreeYears(t *testing.T) {
	shared := newWorld(t)
	cost := map[int]*calls.Counter{}
	for _, n := range []int{1, 12, 36} {
		w := shared.months(t, n)
		if first := w.at(closed(), false); first.Count != 0 || len(first.Months) != n {
			t.Fatalf("%+v", first)
		}
		rows := 0
		ctx, counter := calls.Count(w.Ctx())
		r := w.process(nil).reconciler
		r.Now, r.Store = closed, rowsRead{r.Store, &rows}
		report, err := r.Tenant(ctx, w.ID, time.Hour, false)
		harness.Must(t, err)
		if rows != 0 || slices.Contains(slices.Collect(maps.Values(sealedMonths(report))), false) {
			t.Errorf("%d rows of %d sealed months are read: %+v", rows, n, report)
		}
		cost[n] = counter
		full, whole := calls.Count(w.Ctx())
		if report := w.counted(full, closed(), true); report.Count != 0 {
			t.Errorf("in full: %+v", report)
		}
		t.Logf("%d months: %v, %.1f units; in full %v, %.1f units", n, counter.Calls(), counter.Units(), whole.Calls(), whole.Units())
		if whole.Calls()["S3.GetObject"] < 2*n {
			t.Errorf("a full run of %d months fetches %d segments", n, whole.Calls()["S3.GetObject"])
		}
	}
	for _, n := range []int{12, 36} {
		if !maps.Equal(cost[n].Calls(), cost[1].Calls()) {
			t.Errorf("%d months: %v; one: %v", n, cost[n].Calls(), cost[1].Calls())
		}
		// A month's head, seal and counter are less than a kilobyte, a unit is four.
		if most := cost[1].Units() + float64(n)/4; cost[n].Units() > most {
			t.Errorf("%d months: %.1f units, at most %.1f", n, cost[n].Units(), most)
		}
	}
}

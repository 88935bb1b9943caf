package quota

import (
	"cmp"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// one is what a caller takes of each metric, in stored units: limit of them fit.
var one = metering.Amounts{
	metering.ImagesCount: 1, metering.TTSSeconds: 1000, metering.RenderMinutes: 60_000, metering.StorageMB: 1_000_000, metering.UploadsCount: 1,
}

// contest is many callers, most of them ten times as many as there is room for.
type contest struct {
	name    string
	takes   func() metering.Amounts // of one caller
	jobs    bool
	fit     int // callers that fit; 0 when it depends on what each takes
	callers int // 0 is ten times the limit
	slots   metering.Slots
}

// contests are about every metric alone, all at once, some of them by each
// caller, and the slots.
func contests() []contest {
	plenty := metering.Slots{PerTenant: 1000, Overall: 1_000_000}
	all := func() metering.Amounts { return one }
	list := []contest{
		{name: "all five", takes: all, fit: limit, slots: plenty},
		{name: "some of five", takes: some, slots: plenty},
		{name: "jobs", takes: all, jobs: true, fit: limit, slots: plenty},
		{name: "slots", takes: all, jobs: true, fit: limit - 1, slots: metering.Slots{PerTenant: limit - 1, Overall: 1_000_000}},
	}
	// Where all find room, nobody may be refused, and where all but one do, one only: a refusal too early shows when no other
	// caller takes the place.
	exact := metering.Slots{PerTenant: limit, Overall: 1_000_000}
	for _, jobs := range []bool{false, true} {
		list = append(list,
			contest{name: "as many as fit", takes: all, jobs: jobs, fit: limit, callers: limit, slots: exact},
			contest{name: "one too many", takes: all, jobs: jobs, fit: limit, callers: limit + 1, slots: plenty},
		)
	}
	for _, m := range metering.Metrics() {
		takes := metering.Amounts{m: one[m]}
		list = append(list, contest{name: string(m), takes: func() metering.Amounts { return takes }, fit: limit, slots: plenty})
	}
	return list
}

func some() metering.Amounts {
	a := metering.Amounts{}
	for a.Zero() {
		for m, n := range one {
			if rand.IntN(2) == 0 {
				a[m] = n
			}
		}
	}
	return a
}

func TestTenTimesTheLimitAtOnceIsExact(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s := newStage(t, db)
		harness.Repeat(t, 20, func(t *testing.T) {
			for _, c := range contests() {
				t.Run(c.name, func(t *testing.T) { s.hold(t, c) })
			}
			open, err := s.tenant(t, metering.Slots{}).process(nil).meters.OpenSlots(tenant.Doing(t.Context(), tenant.Archive))
			if err != nil || open != s.jobs.Load() {
				t.Errorf("%d slots are taken (%v), %d jobs were admitted", open, err, s.jobs.Load())
			}
		})
		t.Logf("%s: %d callers, %d admitted; %d faults struck, %d requests were repeated",
			db, s.callers.Load(), s.admitted.Load(), s.struck.Load(), s.repeated.Load())
		if s.struck.Load() == 0 {
			t.Error("no fault struck")
		}
	})
}

// hold lets all callers of a contest ask at once and checks what came of it.
func (s *stage) hold(t *testing.T, c contest) {
	w := s.tenant(t, c.slots)
	answers := make([]answer, cmp.Or(c.callers, callers))
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = w.ask(newRequest(c.takes(), c.jobs)) })
	}
	all.Wait()
	counter := w.counted(answers)
	admitted := w.answered(answers, counter)
	if c.fit > 0 && admitted != c.fit {
		t.Errorf("%d of %d callers were admitted, want %d", admitted, len(answers), c.fit)
	}
	if c.jobs {
		s.jobs.Add(counter.ActiveJobs)
	}
	s.callers.Add(int64(len(answers)))
	s.admitted.Add(int64(admitted))
	w.archived()
}

// counted holds the ledger against the answers, and the counters against the
// ledger: a row for each who was told to be admitted, and none beside them.
func (w *world) counted(answers []answer) metering.Counter {
	w.t.Helper()
	meters := w.process(nil).meters
	rows, err := meters.Ledger(w.ctx(), w.id, month)
	harness.Must(w.t, err)
	bySubject := map[string]metering.Row{}
	for _, r := range rows {
		bySubject[r.Subject] = r
	}
	for _, a := range answers {
		if a.refused != nil {
			continue
		}
		if row, there := bySubject[a.admitted]; !there || row.Number != 1 || !row.Taken.Minus(a.takes).Zero() {
			w.t.Errorf("admitted as %s: the ledger has %+v", a.admitted, row)
		}
		delete(bySubject, a.admitted)
	}
	for subject := range bySubject {
		w.t.Errorf("the ledger has a row of %s, of which nobody was told", subject)
	}
	_, counter, err := meters.Month(w.ctx(), w.id, month)
	harness.Must(w.t, err)
	w.same("the counters", counter, rows)
	if counter.Grown != counter.Taken[metering.StorageMB] {
		w.t.Errorf("the month has grown by %d bytes, the level is %d", counter.Grown, counter.Taken[metering.StorageMB])
	}
	return counter
}

// same holds counters against the sum of rows. Nothing was settled, so all that
// is taken is reserved.
func (w *world) same(what string, c metering.Counter, rows []metering.Row) {
	w.t.Helper()
	sum := metering.Sum(rows)
	for _, m := range metering.Metrics() {
		if c.Taken[m] != sum.Taken[m] || c.Reserved[m] != sum.Taken[m] || sum.Taken[m] > limit*one[m] {
			w.t.Errorf("%s of %s: %d taken, %d reserved; the ledger adds up to %d of at most %d", what, m, c.Taken[m], c.Reserved[m], sum.Taken[m], limit*one[m])
		}
	}
}

// answered counts who was admitted, and holds each refusal against the end:
// nothing was given back, so whoever was refused has no room now either.
func (w *world) answered(answers []answer, end metering.Counter) (admitted int) {
	w.t.Helper()
	for _, a := range answers {
		switch {
		case a.refused == nil:
			admitted++
		case a.refused.Code == problem.TooManyJobs:
			if end.ActiveJobs < int64(w.slots.PerTenant) {
				w.t.Errorf("refused for want of a slot, of which %d of %d are taken", end.ActiveJobs, w.slots.PerTenant)
			}
		default:
			w.justified(a, end)
		}
	}
	if int64(admitted) != end.ActiveJobs && end.ActiveJobs > 0 {
		w.t.Errorf("%d jobs were admitted, %d are counted", admitted, end.ActiveJobs)
	}
	return admitted
}

func (w *world) justified(a answer, end metering.Counter) {
	w.t.Helper()
	m, _ := a.refused.Members["metric"].(metering.Metric)
	if a.takes[m] == 0 || end.Taken[m]+a.takes[m] <= limit*one[m] {
		w.t.Errorf("refused for %q, of which %d of %d are taken", m, end.Taken[m], limit*one[m])
	}
	number := func(name string) float64 { n, _ := a.refused.Members[name].(float64); return n }
	if number("used")+number("reserved")+number("requested") <= number("limit") {
		w.t.Errorf("the refusal itself says that there is room: %v", a.refused.Members)
	}
}

package metering

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Where says which copy of the truth a difference is in.
type Where string

// What the ledger is held against.
const (
	AtCounter Where = "counter" // the month's counter
	AtLevel   Where = "level"   // what is counted across months
	AtJobs    Where = "jobs"    // the unfinished jobs themselves, a tenant's or everybody's
	AtSegment Where = "segment" // the month's JSONL segments
	AtObject  Where = "object"  // the files themselves
	AtHold    Where = "hold"    // a reservation that nobody settles
)

// What is compared beside the metrics.
const (
	storage    Metric = "storage_mb"
	activeJobs Metric = "active_jobs"
	rowCount   Metric = "rows"
	segmentSum Metric = "sha256"
	acrossAll  Period = "level"
)

// Difference is one figure that is not what the ledger says it must be. Figures
// are in stored units.
type Difference struct {
	Tenant tenant.ID `json:"tenant"` // "" for all tenants together
	Month  Period    `json:"month"`  // "level" for what has no month
	Metric Metric    `json:"metric"`
	ID     string    `json:"id"` // of the row, segment or subject; taken or reserved of a counter
	Where  Where     `json:"where"`
	Ledger int64     `json:"ledger"` // what the ledger says
	Found  int64     `json:"found"`  // what was found where it must agree
	Note   string    `json:"note,omitempty"`
}

// about is what makes two differences the same one in two readings: its figures
// may change in between.
func (d Difference) about() string {
	return fmt.Sprint(d.Month, " ", d.Metric, " ", d.ID, " ", d.Where)
}

// both returns what two readings agree on, as the second found it.
func both(first, second []Difference) []Difference {
	seen := map[string]bool{}
	for _, d := range first {
		seen[d.about()] = true
	}
	return slices.DeleteFunc(second, func(d Difference) bool { return !seen[d.about()] })
}

// Figures is every counter of a tenant, as read.
type Figures struct {
	Months     map[Period]Counter
	Level      Counter
	ActiveJobs int64 // unfinished jobs, as counted
}

// add sums amounts of whatever metrics there are: a counter of a metric that the
// product no longer knows must still be explained.
func (a Amounts) add(b Amounts) {
	for m, n := range b {
		a[m] += n
	}
}

func metricsOf(all ...Amounts) []Metric {
	known := map[Metric]bool{}
	for _, a := range all {
		for m := range a {
			known[m] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// sums adds sealed months and rows up by month, and to the level.
func sums(closed closedMonths, rows []Filed) Figures {
	u := Figures{Months: map[Period]Counter{}, Level: emptyCounter()}
	for p, s := range closed.seals {
		u.Months[p] = Counter{Taken: maps.Clone(s.Taken), Reserved: Amounts{}}
		u.Level.Taken[storage] += s.Taken[storage]
	}
	for _, r := range rows {
		c, known := u.Months[r.Period]
		if !known {
			c = emptyCounter()
			u.Months[r.Period] = c
		}
		c.Taken.add(r.Taken)
		c.Reserved.add(r.Reserved)
		u.Level.Taken[storage] += r.Taken[storage]
		u.Level.Reserved[storage] += r.Reserved[storage]
	}
	return u
}

func emptyCounter() Counter { return Counter{Taken: Amounts{}, Reserved: Amounts{}} }

// explain holds counters against sealed months and rows. Rows of meanwhile were written while the
// counters were read, so each may or may not be in them: a figure that they can
// explain is no difference.
func explain(id tenant.ID, closed closedMonths, rows, meanwhile []Filed, have Figures) []Difference {
	none := closedMonths{}
	want, low, high := sums(closed, rows), sums(none, decreases(meanwhile)), sums(none, increases(meanwhile))
	var all []Difference
	months := slices.Concat(slices.Collect(maps.Keys(want.Months)), slices.Collect(maps.Keys(have.Months)))
	slices.Sort(months)
	for _, p := range slices.Compact(months) {
		all = append(all, compare(id, p, AtCounter, want.Months[p], low.Months[p], high.Months[p], have.Months[p])...)
	}
	return append(all, compare(id, acrossAll, AtLevel, want.Level, low.Level, high.Level, have.Level)...)
}

func compare(id tenant.ID, p Period, where Where, want, low, high, have Counter) []Difference {
	var all []Difference
	each := func(kind string, want, low, high, have Amounts) {
		for _, m := range metricsOf(want, have) {
			if have[m] < want[m]+low[m] || have[m] > want[m]+high[m] {
				all = append(all, Difference{Tenant: id, Month: p, Metric: m, ID: kind, Where: where, Ledger: want[m], Found: have[m]})
			}
		}
	}
	each("taken", want.Taken, low.Taken, high.Taken, have.Taken)
	each("reserved", want.Reserved, low.Reserved, high.Reserved, have.Reserved)
	return all
}

// decreases and increases are what rows can do to a counter at most.
func decreases(rows []Filed) []Filed { return bounded(rows, func(n int64) int64 { return min(n, 0) }) }
func increases(rows []Filed) []Filed { return bounded(rows, func(n int64) int64 { return max(n, 0) }) }

func bounded(rows []Filed, bound func(int64) int64) []Filed {
	var out []Filed
	for _, r := range rows {
		taken, reserved := Amounts{}, Amounts{}
		for m, n := range r.Taken {
			taken[m] = bound(n)
		}
		for m, n := range r.Reserved {
			reserved[m] = bound(n)
		}
		out = append(out, Filed{Row: Row{Period: r.Period, Taken: taken, Reserved: reserved}})
	}
	return out
}

// since returns the rows of after that are not among before. Rows are only ever added.
func since(before, after []Filed) []Filed {
	known := make(map[RowID]bool, len(before))
	for _, r := range before {
		known[r.ID()] = true
	}
	return slices.DeleteFunc(slices.Clone(after), func(r Filed) bool { return known[r.ID()] })
}

// JobState is how far a job is, as counting unfinished ones needs it.
type JobState struct {
	Attempt int // 1, and one more with each retry
	Ended   bool
}

// explainJobs holds active_jobs against jobs read before and after it. A job
// that changed in between may have counted or not.
func explainJobs(id tenant.ID, before, after map[string]JobState, active int64) []Difference {
	var sure, moving int64
	for job, now := range after {
		was, known := before[job]
		switch {
		case !known || was != now:
			moving++
		case !now.Ended:
			sure++
		}
	}
	if active >= sure && active <= sure+moving {
		return nil
	}
	return []Difference{{Tenant: id, Month: acrossAll, Metric: activeJobs, ID: "unfinished", Where: AtJobs, Ledger: sure + moving, Found: active}}
}

// StoredSubject tells whose storage an object counts as. Parts of a render, and
// uploads that are not complete, count as nobody's.
func StoredSubject(name string) (subject string, counted bool) {
	folder, file := path.Split(name)
	if folder == tenant.UploadFolder || folder == tenant.ImageFolder {
		return strings.TrimSuffix(file, path.Ext(file)), true
	}
	below, ofJob := strings.CutPrefix(name, tenant.JobFolder)
	job, file, _ := strings.Cut(below, "/")
	if !ofJob || !slices.Contains([]string{tenant.VideoFile, tenant.CaptionsFile, tenant.ThumbnailFile}, file) {
		return "", false
	}
	return job, true
}

// explainReserved names what is still reserved since before an instant.
func explainReserved(id tenant.ID, rows []Filed, before time.Time) []Difference {
	type hold struct {
		reserved Amounts
		month    Period
		last     time.Time
	}
	known := map[string]*hold{}
	for _, r := range rows {
		h := known[r.Subject]
		if h == nil {
			h = &hold{reserved: Amounts{}}
			known[r.Subject] = h
		}
		h.reserved.add(r.Reserved)
		if r.At.After(h.last) {
			h.last, h.month = r.At, r.Period
		}
	}
	var all []Difference
	for _, subject := range slices.Sorted(maps.Keys(known)) {
		h := known[subject]
		for _, m := range metricsOf(h.reserved) {
			if h.reserved[m] != 0 && h.last.Before(before) {
				all = append(all, Difference{
					Tenant: id, Month: h.month, Metric: m, ID: subject, Where: AtHold, Ledger: h.reserved[m],
					Note: "reserved since " + h.last.UTC().Format(time.DateTime),
				})
			}
		}
	}
	return all
}

// explainObjects holds what was stored of each subject when the sealed months
// ended, and rows have changed since, against the files. A subject with something
// reserved is passed over: its files come before their settlement.
func explainObjects(id tenant.ID, carried Balances, rows []Filed, sizes map[string]int64) []Difference {
	type stored struct {
		bytes    int64
		reserved Amounts
		month    Period
	}
	known := map[string]*stored{}
	for subject := range sizes {
		known[subject] = &stored{reserved: Amounts{}, month: acrossAll}
	}
	for subject, b := range carried {
		known[subject] = &stored{bytes: b.Bytes, reserved: Amounts{}, month: b.Month}
	}
	for _, r := range rows {
		s := known[r.Subject]
		if s == nil {
			s = &stored{reserved: Amounts{}}
			known[r.Subject] = s
		}
		s.bytes += r.Taken[storage]
		s.reserved.add(r.Reserved)
		if s.month == acrossAll || r.Period > s.month {
			s.month = r.Period
		}
	}
	var all []Difference
	for _, subject := range slices.Sorted(maps.Keys(known)) {
		if s := known[subject]; s.reserved.Zero() && s.bytes != sizes[subject] {
			all = append(all, Difference{Tenant: id, Month: s.month, Metric: storage, ID: subject, Where: AtObject, Ledger: s.bytes, Found: sizes[subject]})
		}
	}
	return all
}

func inOrder(all []Difference) []Difference {
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.ID, b.ID))
	})
	return all
}

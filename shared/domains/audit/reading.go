package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// What says what is wrong.
type What string

// What verifying can find.
const (
	Link       What = "link"       // the chain does not hold at this segment
	Missing    What = "missing"    // an entry that was archived is not in the table
	Changed    What = "changed"    // the table says other than the locked copy
	Marked     What = "marked"     // an entry is said to be in a segment that does not hold it
	Twice      What = "twice"      // an entry has several copies
	Misplaced  What = "misplaced"  // an entry's id or month is of another time than its own
	Unarchived What = "unarchived" // an entry is in no segment, and cannot be archived
)

// Finding is one thing that is not as it was written.
type Finding struct {
	Tenant  tenant.ID     `json:"tenant"`
	Month   archive.Month `json:"month"`
	Segment int           `json:"segment"` // 0 for none
	Entry   string        `json:"entry"`   // id; "" for a link
	What    What          `json:"what"`
	Note    string        `json:"note"`
}

// about is what makes two findings the same one in two readings.
func (f Finding) about() string {
	return fmt.Sprint(f.Month, " ", f.Segment, " ", f.Entry, " ", f.What)
}

// both returns what two readings agree on, as the second found it.
func both(first, second []Finding) []Finding {
	seen := map[string]bool{}
	for _, f := range first {
		seen[f.about()] = true
	}
	return slices.DeleteFunc(second, func(f Finding) bool { return !seen[f.about()] })
}

// scope is how much of a tenant is read.
type scope struct {
	now   time.Time
	stale time.Time // entries from before are archived if they are not
	all   bool      // every month in full
}

// open is the first month in which something may still be written: a settled act
// takes no longer than a day.
func (s scope) open() archive.Month { return archive.MonthOf(s.now.AddDate(0, 0, -2)) }

// full are the months that are read entry by entry. Of the closed ones it is
// another one every day, so that in as many days as there are months all were.
func (s scope) full(months []archive.Month) map[archive.Month]bool {
	read := map[archive.Month]bool{}
	var closed []archive.Month
	for _, m := range months {
		if s.all || m >= s.open() {
			read[m] = true
		} else {
			closed = append(closed, m)
		}
	}
	if len(closed) > 0 {
		read[closed[int(s.now.Unix()/int64((hours*time.Hour).Seconds()))%len(closed)]] = true
	}
	return read
}

// reading is what was read of a tenant. Entries are read after heads, so that an
// entry which a head covers carries its mark, whoever is archiving meanwhile.
type reading struct {
	heads   map[archive.Month]archive.Head
	listed  map[archive.Month][]archive.Listed
	chains  map[archive.Month]chain // of months that are read in full
	next    map[archive.Month]chain // the one segment that may be on its way, beyond the head
	entries map[archive.Month][]Filed
}

func (v Verifier) read(ctx context.Context, id tenant.ID, s scope) (r reading, err error) {
	r = reading{chains: map[archive.Month]chain{}, next: map[archive.Month]chain{}, entries: map[archive.Month][]Filed{}}
	if r.heads, err = v.Store.Heads(ctx, id); err != nil {
		return r, err
	}
	if r.listed, err = v.Segments.ListSegments(ctx, id); err != nil {
		return r, err
	}
	first := s.open()
	if s.all {
		first = ""
	}
	if err = v.add(ctx, id, first, "", &r); err != nil {
		return r, err
	}
	for m := range s.full(r.all()) {
		if m < first {
			if err = v.add(ctx, id, m, m, &r); err != nil {
				return r, err
			}
		}
		if err = v.follow(ctx, id, m, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (v Verifier) add(ctx context.Context, id tenant.ID, first, last archive.Month, r *reading) error {
	entries, err := v.Store.Written(ctx, id, first, last)
	for _, e := range entries {
		r.entries[e.Row.In] = append(r.entries[e.Row.In], e)
	}
	return err
}

// all lists every month of which anything is known.
func (r reading) all() []archive.Month {
	months := slices.Concat(slices.Collect(maps.Keys(r.heads)), slices.Collect(maps.Keys(r.listed)), slices.Collect(maps.Keys(r.entries)))
	slices.Sort(months)
	return slices.Compact(months)
}

// follow reads a month's chain, and the segment after its head if there is one.
func (v Verifier) follow(ctx context.Context, id tenant.ID, m archive.Month, r *reading) error {
	head := r.heads[m]
	data, err := archive.Fetch(ctx, v.Segments, id, m, head.Segment+1, r.listed[m])
	if err != nil {
		return err
	}
	r.chains[m] = Book().Follow(id, m, head, data[:head.Segment])
	if last := data[head.Segment]; last != nil {
		r.next[m] = nextAfter(id, m, head, last)
	}
	return nil
}

// nextAfter reads the segment beyond a head as part of the chain: it may be on its
// way, and has copies of entries all the same.
func nextAfter(id tenant.ID, m archive.Month, head archive.Head, data []byte) chain {
	c := chain{Copies: map[Name][]Filed{}}
	s, err := Book().Decode(data)
	if err == nil && (s.Tenant != id || s.Month != m || s.Number != head.Segment+1 || s.Previous != head.SHA256) {
		err = fmt.Errorf("it is segment %d of %s after %.16s…, and the head says %.16s…", s.Number, s.Month, s.Previous, head.SHA256)
	}
	if err != nil {
		c.Breaks = []archive.Break{{Segment: head.Segment + 1, Digest: true, Note: err.Error()}}
		return c
	}
	for _, w := range s.Rows {
		c.Copies[w.Name()] = append(c.Copies[w.Name()], Filed{Row: w, Segment: s.Number})
	}
	return c
}

// left are the entries from before an instant that are in no segment, by month.
func (r reading) left(before time.Time) map[archive.Month][]Name {
	old := map[archive.Month][]Name{}
	for m, entries := range r.entries {
		for _, f := range entries {
			// An entry that lost its mark must not be copied a second time.
			if f.Segment == 0 && f.Row.At.Before(before) && len(r.chains[m].Copies[f.Row.Name()]) == 0 {
				old[m] = append(old[m], f.Row.Name())
			}
		}
	}
	return old
}

// findings holds what was read against each other, in the order of months and
// segments.
func (r reading) findings(id tenant.ID, s scope) (all []Finding) {
	for _, m := range r.all() {
		found := r.links(id, m)
		if _, full := r.chains[m]; full {
			found = append(found, r.month(id, m, s)...)
		}
		slices.SortStableFunc(found, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Entry, b.Entry))
		})
		all = append(all, found...)
	}
	return all
}

// rank puts links first: what they hold is in doubt with them.
func rank(f Finding) int {
	if f.What == Link {
		return 0
	}
	return 1
}

// links names where a month's chain does not hold. Of a month that is not read in
// full it is known which segments there are.
func (r reading) links(id tenant.ID, m archive.Month) (all []Finding) {
	breaks := slices.Concat(r.chains[m].Breaks, r.next[m].Breaks)
	head, listed := r.heads[m], r.listed[m]
	if beyond, found := archive.Beyond(head, listed); found {
		breaks = append(breaks, beyond)
	}
	if _, full := r.chains[m]; !full && len(listed) < head.Segment {
		breaks = append(breaks, archive.Break{Segment: len(listed) + 1, Note: fmt.Sprintf("of %d segments there are %d", head.Segment, len(listed))})
	}
	for _, f := range r.entries[m] {
		if f.Segment > head.Segment { // marks and head move together
			breaks = append(breaks, archive.Break{Segment: head.Segment + 1, Note: fmt.Sprintf("entries are in segment %d, and the head was put back to %d", f.Segment, head.Segment)})
			break
		}
	}
	for _, b := range breaks {
		all = append(all, Finding{Tenant: id, Month: m, Segment: b.Segment, What: Link, Note: b.Note})
	}
	return all
}

// month holds a month's entries against their copies: each once, and word for word.
func (r reading) month(id tenant.ID, m archive.Month, s scope) (all []Finding) {
	note := func(w Written, segment int, what What, said string, args ...any) {
		all = append(all, Finding{Tenant: id, Month: m, Segment: segment, Entry: w.ID, What: what, Note: fmt.Sprintf(said, args...)})
	}
	left := maps.Clone(r.chains[m].Copies)
	for name, copies := range r.next[m].Copies {
		left[name] = append(slices.Clone(left[name]), copies...)
	}
	for _, f := range r.entries[m] {
		w, copies := f.Row, left[f.Row.Name()]
		delete(left, w.Name())
		if !inPlace(w) {
			note(w, f.Segment, Misplaced, "its time is %s", w.At.Format(time.RFC3339Nano))
		}
		switch onItsWay := f.Segment == 0 && len(r.chains[m].Copies[w.Name()]) == 0; {
		case len(copies) > 1:
			note(w, copies[1].Segment, Twice, "it is in segments %d and %d", copies[0].Segment, copies[1].Segment)
		case len(copies) == 1 && !copies[0].Row.same(w):
			note(w, copies[0].Segment, Changed, "archived as %s, it says %s", copies[0].Row.told(), w.told())
		case onItsWay && w.At.Before(s.stale):
			note(w, 0, Unarchived, "written at %s", w.At.Format(time.RFC3339))
		case onItsWay:
		case len(copies) == 0:
			note(w, f.Segment, Marked, "it is said to be in segment %d, which does not hold it", f.Segment)
		case copies[0].Segment != f.Segment:
			note(w, copies[0].Segment, Marked, "it is said to be in segment %d, and is in %d", f.Segment, copies[0].Segment)
		}
	}
	for _, copies := range left {
		note(copies[0].Row, copies[0].Segment, Missing, "archived as %s, it is gone", copies[0].Row.told())
	}
	return all
}

// inPlace: an entry's id was made of its time, and its month is that time's.
func inPlace(w Written) bool {
	made, ok := tenant.TimeOf(w.ID)
	return ok && made.Equal(w.At.Truncate(time.Millisecond)) && archive.MonthOf(w.At) == w.In
}

// same compares what two copies of an entry say.
func (w Written) same(o Written) bool {
	at := w.At.Equal(o.At)
	w.At = o.At
	return at && w == o
}

// told is an entry as findings show it. It has ids alone.
func (w Written) told() string {
	return fmt.Sprintf("%q", []string{w.At.Format(time.RFC3339Nano), string(w.Action), string(w.Result), w.Actor, w.Session, w.Target, w.Detail})
}

func (r reading) months(found []Finding) []MonthReport {
	all := []MonthReport{}
	for _, m := range r.all() {
		one := MonthReport{Month: m, Entries: len(r.entries[m]), Segments: r.heads[m].Segment}
		_, one.Full = r.chains[m]
		for _, f := range r.entries[m] {
			if f.Segment == 0 {
				one.Unarchived++
			}
		}
		if i := slices.IndexFunc(found, func(f Finding) bool { return f.Month == m && f.What == Link }); i >= 0 {
			one.Broken = &found[i]
		}
		all = append(all, one)
	}
	return all
}

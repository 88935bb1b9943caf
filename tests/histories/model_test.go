package histories

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/metering"
)

// kind is what an operation does.
type kind int

const (
	reserve kind = iota
	settle
	// Usage is two items, each read as it is at a moment of its own.
	month
	level
)

// verdict is what its answer said.
type verdict int

const (
	done    verdict = iota
	refused         // no room; or nothing to settle
	crowded         // no slot for another job
	unknown         // the answer was lost: it may have taken effect, then or later
)

// reading is what a tenant has taken and reserved, and how many jobs are unfinished.
type reading struct {
	taken, reserved figures
	grown           int64 // what the month has added to storage
	jobs            int64
}

func readingOf(c metering.Counter) reading {
	return reading{taken: figuresOf(c.Taken), reserved: figuresOf(c.Reserved), grown: c.Grown, jobs: c.ActiveJobs}
}

// of leaves what one of the two items holds.
func (r reading) of(item kind) reading {
	for i, m := range metrics {
		if m.Level() != (item == level) {
			r.taken[i], r.reserved[i] = 0, 0
		}
	}
	if item == level {
		r.grown = 0
	} else {
		r.jobs = 0
	}
	return r
}

// input is a call. Subjects are numbered within a history.
type input struct {
	kind     kind
	subject  int
	job      bool
	reserved figures // by the subject
	used     figures // of it, by a settlement; nothing: a release
}

// output is an answer; seen is what a reading or a refusal showed.
type output struct {
	verdict verdict
	seen    reading
}

// subjects is a set of them.
type subjects [2]uint64

func (s subjects) has(n int) bool      { return s[n/64]>>(n%64)&1 == 1 }
func (s subjects) with(n int) subjects { s[n/64] |= 1 << (n % 64); return s }

// state is a tenant as a person would count who sees one operation after the
// other. It is compared with ==.
type state struct {
	reading
	admitted, settled subjects
}

// fits tells whether one of the two items has room.
func (s state) fits(n figures, item kind) bool {
	for i, m := range metrics {
		if m.Level() == (item == level) && n[i] > 0 && s.taken[i]+n[i] > limit[i] {
			return false
		}
	}
	return true
}

// refuses says whether a refusal shows what refused: an item without room, and
// nothing false of the other, which it may leave out.
func (s state) refuses(n figures, seen reading) bool {
	shown := false
	for _, item := range []kind{month, level} {
		switch seen.of(item) {
		case s.reading.of(item):
			shown = shown || !s.fits(n, item)
		case reading{}:
		default:
			return false
		}
	}
	return shown
}

// step says whether an answer is right in a state, and what the state is then.
// An unknown answer is always right. Its operation returns at the end of the
// history, so that it may take place at any moment from its call on; never is
// the same as last.
func step(s state, in input, out output) (bool, state) {
	switch in.kind {
	case reserve:
		return s.reserve(in, out)
	case settle:
		return s.settle(in, out)
	}
	return out.seen.of(in.kind) == s.reading.of(in.kind), s
}

func (s state) reserve(in input, out output) (bool, state) {
	full := in.job && s.jobs >= int64(slots.PerTenant)
	if full || !s.fits(in.reserved, month) || !s.fits(in.reserved, level) {
		return out.verdict == unknown || full && out.verdict == crowded || out.verdict == refused && s.refuses(in.reserved, out.seen), s
	}
	s.add(in.reserved, in.reserved)
	if in.job {
		s.jobs++
	}
	s.admitted = s.admitted.with(in.subject)
	return out.verdict == done || out.verdict == unknown, s
}

func (s state) settle(in input, out output) (bool, state) {
	if !s.admitted.has(in.subject) || s.settled.has(in.subject) {
		return out.verdict != done, s
	}
	for i, n := range in.reserved {
		s.add(at(i, in.used[i]-n), at(i, -n))
	}
	if in.job {
		s.jobs--
	}
	s.settled = s.settled.with(in.subject)
	return out.verdict == done || out.verdict == unknown, s
}

func (r *reading) add(taken, reserved figures) {
	for i, m := range metrics {
		r.taken[i] += taken[i]
		r.reserved[i] += reserved[i]
		if m.Level() {
			r.grown += taken[i]
		}
	}
}

// at is an amount of one metric.
func at(i int, n int64) (f figures) {
	f[i] = n
	return f
}

func model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return state{} },
		Step: func(s, in, out any) (bool, any) { return boxed(step(s.(state), in.(input), out.(output))) },
		Hash: func(s any) uint64 { return s.(state).hash() },
		DescribeOperation: func(in, out any) string {
			return fmt.Sprintf("%s -> %s", in.(input), out.(output))
		},
	}
}

func boxed(ok bool, s state) (bool, any) { return ok, s }

func (s state) hash() uint64 {
	sum := uint64(14695981039346656037)
	mix := func(n uint64) { sum = (sum ^ n) * 1099511628211 }
	for i := range metrics {
		mix(uint64(s.taken[i]))
		mix(uint64(s.reserved[i]))
	}
	for i := range s.admitted {
		mix(s.admitted[i])
		mix(s.settled[i])
	}
	return sum
}

func (i input) String() string {
	who := "picture"
	if i.job {
		who = "job"
	}
	switch i.kind {
	case reserve:
		return fmt.Sprintf("reserve %s #%d %v", who, i.subject, i.reserved)
	case settle:
		return fmt.Sprintf("settle %s #%d of %v to %v", who, i.subject, i.reserved, i.used)
	case month:
		return "read the month"
	}
	return "read the level"
}

func (o output) String() string {
	return fmt.Sprintf("%s, seen %+v", [...]string{"done", "refused", "crowded", "unknown"}[o.verdict], o.seen)
}

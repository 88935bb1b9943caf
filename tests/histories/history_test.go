package histories

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	clients    = 12
	operations = 8 // of each client
)

// history is what the clients of one tenant asked and were told, in the order
// of one clock.
type history struct {
	t     *testing.T
	about about
	clock atomic.Int64

	mu       sync.Mutex
	subjects []input // the reservations asked for so far
	names    []string
	done     []porcupine.Operation
}

// about is what a history asks for: the first so many metrics, and jobs or not.
type about struct {
	metrics int
	jobs    bool
}

var everything = about{metrics: len(metrics), jobs: true}

// open is how a client gets at a meter: healthy, or with a fault to meet.
type open func(f fault) meter

// record lets all clients work at once and then reads the end.
func record(ctx context.Context, t *testing.T, what about, meters open) *history {
	h := &history{t: t, about: what}
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for range operations {
				h.act(ctx, client, meters(someFault()))
			}
		})
	}
	all.Wait()
	h.perform(ctx, 0, meters(noFault), input{kind: month}, "")
	h.finish()
	return h
}

// act does something: mostly reservations and what ends them.
func (h *history) act(ctx context.Context, client int, m meter) {
	in, name := input{kind: month}, ""
	switch chance := rand.IntN(100); {
	case chance < 45:
		in, name = h.reservation()
	case chance < 75:
		in, name = h.settlement()
	}
	h.perform(ctx, client, m, in, name)
}

// reservation asks for one metric or for several: all or none of it must count.
func (h *history) reservation() (input, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in := input{kind: reserve, subject: len(h.subjects), job: h.about.jobs && rand.IntN(4) == 0}
	for i := range h.about.metrics {
		if rand.IntN(2) == 0 {
			in.reserved[i] = 1 + rand.Int64N(limit[i]/2)
		}
	}
	if always := rand.IntN(h.about.metrics); in.reserved[always] == 0 {
		in.reserved[always] = 1
	}
	h.subjects, h.names = append(h.subjects, in), append(h.names, tenant.NewID())
	return in, h.names[in.subject]
}

// settlement picks any reservation, of whichever client and whatever became of
// it: several may settle the same, and differently.
func (h *history) settlement() (input, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.subjects) == 0 {
		return input{kind: month}, ""
	}
	in := h.subjects[rand.IntN(len(h.subjects))]
	in.kind = settle
	if rand.IntN(3) > 0 { // else it is released
		for m := range h.about.metrics {
			in.used[m] = rand.Int64N(in.reserved[m] + 2) // one more than was reserved, at times
		}
	}
	return in, h.names[in.subject]
}

// perform makes one call and notes it. A reading that has no answer is none: it
// changed nothing and showed nothing.
func (h *history) perform(ctx context.Context, client int, m meter, in input, name string) {
	called := h.clock.Add(1)
	out, ok := call(ctx, m, in, name)
	op := porcupine.Operation{ClientId: client, Input: in, Output: out, Call: called, Return: h.clock.Add(1)}
	if !ok {
		h.t.Errorf("%s has an answer that no meter gives", in)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if in.kind != month {
		h.done = append(h.done, op)
	} else if out.verdict == done {
		other := op
		other.Input = input{kind: level}
		h.done = append(h.done, op, other)
	}
}

func call(ctx context.Context, m meter, in input, name string) (output, bool) {
	o := order{subject: name, job: in.job, amounts: in.reserved.amounts()}
	switch in.kind {
	case reserve:
		return read(m.reserve(ctx, o))
	case settle:
		return read(m.settle(ctx, o, in.used.amounts()))
	}
	counter, err := m.usage(ctx)
	out, ok := read(err)
	out.seen = readingOf(counter)
	return out, ok
}

// finish lets what has no answer return after everything else. Each client
// went on, so in the history such an operation is a client of its own.
func (h *history) finish() {
	end := h.clock.Add(1)
	for i := range h.done {
		if h.done[i].Output.(output).verdict == unknown {
			h.done[i].Return, h.done[i].ClientId = end, clients+i
		}
	}
}

// resolve asks the ledger about what had no answer: what has left no row has not
// taken place, and is no part of the history; what alone can have left a row has.
// When it did stays open. Without this the checker would have to try both.
func (h *history) resolve(rows []metering.Row) {
	left := map[string]metering.Row{}
	for _, r := range rows {
		left[r.ID().String()] = r
	}
	h.done = slices.DeleteFunc(h.done, func(op porcupine.Operation) bool {
		_, took := left[h.row(op.Input.(input)).ID().String()]
		return op.Output.(output).verdict == unknown && !took
	})
	for i, op := range h.done {
		if op.Output.(output).verdict == unknown && h.alone(op.Input.(input)) {
			h.done[i].Output = output{verdict: done}
		}
	}
}

// row is what a reservation or a settlement leaves.
func (h *history) row(in input) metering.Row {
	if in.kind != reserve && in.kind != settle {
		return metering.Row{}
	}
	period, name := metering.PeriodOf(now), h.names[in.subject]
	if in.kind == reserve {
		return metering.Reserve(period, name, 1, in.reserved.amounts(), now)
	}
	return metering.Settle(period, name, 1, in.reserved.amounts(), in.used.amounts(), now)
}

// alone tells whether no other operation can have done the same to a subject.
func (h *history) alone(in input) bool {
	n := 0
	for _, op := range h.done {
		other, verdict := op.Input.(input), op.Output.(output).verdict
		if other.kind == in.kind && other.subject == in.subject && (verdict == done || verdict == unknown) {
			n++
		}
	}
	return n == 1
}

// jobs is how many are unfinished by the last reading.
func (h *history) jobs() int64 {
	last := h.done[len(h.done)-1]
	return last.Output.(output).seen.jobs
}

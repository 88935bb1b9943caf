package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// cell is one measurement of one way. Its tenants are new.
type cell struct {
	Name    string        `json:"name"` // no other cell has it
	Tenants []string      `json:"tenants"`
	Limit   int64         `json:"limit"` // of each tenant
	Order   []int         `json:"order"` // whom the nth request is for; from the start again after the last
	Asks    int           `json:"asks"`  // how many requests; 0 is as many as fit into Time
	Time    time.Duration `json:"time"`  // nanoseconds
	Callers int           `json:"callers"`
}

// newCell shuffles the order, the same way for the same seed.
func newCell(tenants int, limit int64, asksOfEach, callers int, seed uint64) cell {
	c := cell{Name: "cell-" + tenant.NewID(), Limit: limit, Callers: callers}
	for i := range tenants {
		c.Tenants = append(c.Tenants, tenant.NewID())
		for range asksOfEach {
			c.Order = append(c.Order, i)
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(c.Order), func(a, b int) { c.Order[a], c.Order[b] = c.Order[b], c.Order[a] })
	return c
}

// warm is a cell that asks twice for each of the same tenants.
func (c cell) warm() cell {
	c.Order = nil
	for i := range c.Tenants {
		c.Order = append(c.Order, i)
	}
	c.Asks = 2 * max(len(c.Tenants), c.Callers)
	return c
}

// tally is what came of a cell.
type tally struct {
	Admitted []int64 `json:"admitted"` // by tenant
	Refused  int64   `json:"refused"`
	GaveUp   int64   `json:"gave_up"` // neither: too much contention
	Seconds  float64 `json:"seconds"`
}

func (t tally) all() (sum int64) {
	for _, n := range t.Admitted {
		sum += n
	}
	return sum
}

// beyond is how many were admitted above the limits, and unused how many below.
func (t tally) beyond(limit int64) (beyond, unused int64) {
	for _, n := range t.Admitted {
		beyond += max(n-limit, 0)
		unused += max(limit-n, 0)
	}
	return beyond, unused
}

// answer is what a caller hears.
type answer int

const (
	refused answer = iota
	admitted
	gaveUp
)

// way is one way of holding a limit.
type way struct {
	name string
	// measure runs a cell, the same cell for each way but for its tenants.
	measure func(context.Context, cell) (tally, error)
}

// inProcess is a way that our own goroutines call. ask asks for one unit.
func inProcess(name string, prepare func(context.Context, cell) error, ask func(context.Context, string, int64) (answer, error)) way {
	return way{name: name, measure: func(ctx context.Context, c cell) (tally, error) {
		if prepare != nil {
			if err := prepare(ctx, c); err != nil {
				return tally{}, fmt.Errorf("prepare %s: %w", name, err)
			}
		}
		t, err := drive(ctx, c, ask)
		if err != nil {
			return tally{}, fmt.Errorf("%s: %w", name, err)
		}
		return t, nil
	}}
}

// drive has all callers ask at once until the cell is over, or one meets an
// error that is no answer.
func drive(ctx context.Context, c cell, ask func(context.Context, string, int64) (answer, error)) (tally, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	counts := make([]atomic.Int64, len(c.Tenants))
	var next, refusals, lost atomic.Int64
	began := time.Now()
	caller := func() {
		for ctx.Err() == nil {
			n := int(next.Add(1)) - 1
			if c.Asks > 0 && n >= c.Asks || c.Asks == 0 && time.Since(began) > c.Time {
				return
			}
			who := c.Order[n%len(c.Order)]
			a, err := ask(ctx, c.Tenants[who], c.Limit)
			switch {
			case err != nil:
				fail(err)
			case a == admitted:
				counts[who].Add(1)
			case a == refused:
				refusals.Add(1)
			default:
				lost.Add(1)
			}
		}
	}
	var all sync.WaitGroup
	for range c.Callers {
		all.Go(caller)
	}
	all.Wait()
	t := tally{Refused: refusals.Load(), GaveUp: lost.Load(), Seconds: time.Since(began).Seconds()}
	for i := range counts {
		t.Admitted = append(t.Admitted, counts[i].Load())
	}
	return t, context.Cause(ctx)
}

package main

import (
	"context"
	"fmt"
	"math"
	"time"
)

// workload is how the tenants share the requests.
type workload struct {
	name    string
	tenants int
	limit   int64 // of each tenant, where the limit is to be reached
	asks    int   // how many times the limit is asked for
	callers int
	time    time.Duration
}

// result is what all rounds showed of one way.
type result struct {
	admitted         int64
	gaveUp           int64 // where no limit is in reach
	seconds          float64
	slowest, fastest float64 // ratio to ours in the worst and the best round
	edge             tally   // at the limit, all rounds
	beyond, unused   int64
}

const outOfReach = int64(1) << 40

// compare measures every way in each round, first how fast it admits, then how
// it holds a limit. Ours comes first.
func compare(ctx context.Context, ways []way, w workload, rounds int) error {
	results := make([]result, len(ways))
	for round := range rounds {
		var ours float64
		for i, one := range ways {
			r := &results[i]
			rate, err := r.speed(ctx, one, w, round)
			if err != nil {
				return err
			}
			if i == 0 {
				ours = rate
			}
			r.compareTo(ours, rate, round)
			if err := r.limit(ctx, one, w, round); err != nil {
				return err
			}
		}
	}
	show(ways, results, w, rounds)
	if results[0].beyond != 0 || results[0].unused != 0 {
		return fmt.Errorf("ours admitted %d beyond the limits and left %d unused", results[0].beyond, results[0].unused)
	}
	return nil
}

func (r *result) speed(ctx context.Context, one way, w workload, round int) (float64, error) {
	c := newCell(w.tenants, outOfReach, 50, w.callers, uint64(round))
	// Connections, caches and the tenants' first items are not what is measured.
	if _, err := one.measure(ctx, c.warm()); err != nil {
		return 0, err
	}
	c.Time = w.time
	t, err := one.measure(ctx, c)
	r.admitted += t.all()
	r.gaveUp += t.GaveUp
	r.seconds += t.Seconds
	return float64(t.all()) / t.Seconds, err
}

func (r *result) limit(ctx context.Context, one way, w workload, round int) error {
	c := newCell(w.tenants, w.limit, w.asks*int(w.limit), w.callers, uint64(round))
	c.Asks = len(c.Order)
	t, err := one.measure(ctx, c)
	beyond, unused := t.beyond(w.limit)
	r.beyond, r.unused = r.beyond+beyond, r.unused+unused
	r.edge.Admitted = append(r.edge.Admitted, t.all())
	r.edge.Refused += t.Refused
	r.edge.GaveUp += t.GaveUp
	return err
}

func (r *result) compareTo(ours, rate float64, round int) {
	ratio := rate / ours
	if round == 0 {
		r.slowest, r.fastest = ratio, ratio
	}
	r.slowest, r.fastest = math.Min(r.slowest, ratio), math.Max(r.fastest, ratio)
}

func show(ways []way, results []result, w workload, rounds int) {
	limits := int64(w.tenants) * w.limit * int64(rounds)
	fmt.Printf("\n%s, %d callers at once, %d rounds of %s each\n", w.name, w.callers, rounds, w.time)
	fmt.Printf("%-31s %12s %8s %15s %8s   | limits of %d in all, asked for %d times:\n", "", "admissions/s", "of ours", "(by round)", "gave up", limits, limits*int64(w.asks))
	fmt.Printf("%-31s %12s %8s %15s %8s   | %8s %7s %7s %8s %8s\n", "", "", "", "", "", "admitted", "beyond", "unused", "refused", "gave up")
	ours := float64(results[0].admitted) / results[0].seconds
	for i, r := range results {
		rate := float64(r.admitted) / r.seconds
		spread := fmt.Sprintf("(%.2f-%.2f)", r.slowest, r.fastest)
		fmt.Printf("%-31s %12.0f %8.2f %15s %8d   | %8d %7d %7d %8d %8d\n", ways[i].name,
			rate, rate/ours, spread, r.gaveUp, r.edge.all(), r.beyond, r.unused, r.edge.Refused, r.edge.GaveUp)
	}
}

// Command metering measures what counting exactly costs: the product's own
// admission beside other ways of holding a limit, in one run and in turn, so
// that a busy machine is busy for all. It prints how fast each admits, and how
// far beyond the limit. Then it prints what a neighbour feels of a hot tenant,
// by the model of bench/neighbour. It fails when ours admits other than the limit.
//
//	go run ./bench/metering [-rounds 3] [-seconds 1.5] [-callers 32] [-tenants 100]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/metering:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	rounds := flag.Int("rounds", 3, "how often each way is measured, in turn")
	seconds := flag.Float64("seconds", 1.5, "how long each way admits in a round")
	callers := flag.Int("callers", 32, "how many ask at once")
	tenants := flag.Int("tenants", 100, "how many tenants the second workload has")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := open(ctx, *callers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	fmt.Print(preface)
	for _, w := range []workload{
		{name: "One hot tenant", tenants: 1, limit: 60, asks: 3},
		{name: fmt.Sprintf("%d tenants", *tenants), tenants: *tenants, limit: 2, asks: 2},
	} {
		w.callers, w.time = *callers, time.Duration(*seconds*float64(time.Second))
		if err := compare(ctx, s.ways(), w, *rounds); err != nil {
			return err
		}
	}
	neighbours()
	return nil
}

const preface = `Read ratios only. The store is one emulator process on this machine, the callers are on it too, and
nothing is written to a disk. Valkey is a store of its own and in memory; zae-limiter is Python, on the
same emulator, as it comes (it answers repeated refusals from its own memory for a second).
Ours writes a counter, the levels, a ledger row and the picture, and checks the plan; the others count
one number and could not say afterwards what it is made of.
`

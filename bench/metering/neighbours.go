package main

import (
	"fmt"
	"time"

	"github.com/devotionalai/platform/bench/neighbour"
)

// neighbours prints what two tenants feel of a third one in their partition.
func neighbours() {
	fmt.Print(`
A neighbour's p99 from click to admission, in a model of one partition of 1,000 write units a second
(virtual time; see bench/neighbour). Two tenants send 5 requests a second each, the hot one the rest.
`)
	fmt.Printf("%-54s %10s %10s %7s %10s %6s\n", "", "quiet", "beside it", "ratio", "throttled", "lost")
	line := func(name string, l neighbour.Load) {
		quiet, loud, ratio := neighbour.Against(l)
		fmt.Printf("%-54s %10s %10s %7.2f %10d %6d\n", name, quiet.P99.Round(time.Millisecond), loud.P99.Round(time.Millisecond), ratio, loud.Throttled, loud.Lost)
	}
	line("90 % of the load, no limit", neighbour.HotTenant(false, 1))
	limited := neighbour.HotTenant(true, 1)
	line("90 % of the load, 10 requests a second a user", limited)
	limited.HotCosts = neighbour.LargestRender()
	line("the same, with renders of the largest project", limited)
	limited.HotCosts = neighbour.Preview()
	for _, hot := range []float64{180, 360, 700} {
		limited.Hot = hot
		line(fmt.Sprintf("%.0f a second (%.0f %%), nearly all of them refused", hot, 100*hot/(hot+10)), limited)
	}
	fmt.Println("Each refusal is a write of its own: what is beyond it must end at the edge (the rate rule of infra/edge.yaml).")
}

package neighbour

import "testing"

// most is how much longer a neighbour's p99 may be while one tenant takes 90 %
// of the load.
const most = 1.2

func TestANeighbourHardlyFeelsAHotTenant(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		l := HotTenant(true, seed)
		for name, costs := range map[string]Costs{"previews": Preview(), "largest renders": LargestRender()} {
			l.HotCosts = costs
			quiet, loud, ratio := Against(l)
			if ratio > most || loud.Lost > 0 {
				t.Errorf("seed %d, %s: p99 %s, quiet %s: %.2f times, at most %.1f; %d lost", seed, name, loud.P99, quiet.P99, ratio, most, loud.Lost)
			}
			if loud.Refused == 0 || quiet.Asked != loud.Asked || quiet.Asked < 5000 {
				t.Errorf("seed %d, %s: this was no hot tenant beside the same neighbours: %+v, quiet %+v", seed, name, loud, quiet)
			}
		}
	}
}

// TestWithoutTheRateANeighbourFeelsIt shows that the test above can fail.
func TestWithoutTheRateANeighbourFeelsIt(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		if _, loud, ratio := Against(HotTenant(false, seed)); ratio <= most || loud.Throttled == 0 {
			t.Errorf("seed %d: %.2f times: the model would not notice a product without a rate limit (%+v)", seed, ratio, loud)
		}
	}
}

func TestTheSameSeedGivesTheSameRun(t *testing.T) {
	t.Parallel()
	if a, b := Run(HotTenant(false, 1)), Run(HotTenant(false, 1)); a != b {
		t.Errorf("%+v, then %+v", a, b)
	}
}

package harness

import (
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// TestAReducedSweepTakesTurns: it strikes every second call, each in one way, and
// uses every way.
func TestAReducedSweepTakesTurns(t *testing.T) {
	t.Setenv("PROOFS", "")
	for ways := 1; ways <= 12; ways++ {
		s := Sweep{Ways: make([]Way, ways)}
		used := map[int]bool{}
		for nth := 1; nth <= 24; nth++ {
			struck := 0
			for way := range ways {
				if s.strikes(way, nth) {
					used[way] = true
					struck++
				}
			}
			if struck != nth%2 {
				t.Errorf("%d ways: call %d fails in %d", ways, nth, struck)
			}
		}
		if len(used) != ways {
			t.Errorf("%d ways: only %d are used", ways, len(used))
		}
	}
}

// TestAFullSweepStrikesEachCallInEachWayOfItsOwn: and each variant strikes some call.
func TestAFullSweepStrikesEachCallInEachWayOfItsOwn(t *testing.T) {
	t.Setenv("PROOFS", "full")
	s := Sweep{Ways: WaysForEver(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)}
	own := map[string]bool{"lost-before": true, "lost-before for ever": true, "lost-after": true, "kill-after": true}
	for way, w := range s.Ways {
		struck := 0
		for nth := 1; nth <= 24; nth++ {
			if s.strikes(way, nth) {
				struck++
			}
		}
		if want := map[bool]int{true: 24, false: 3}[own[w.String()]]; struck != want {
			t.Errorf("%s: strikes %d of 24 calls, not %d", w, struck, want)
		}
	}
	s.Long = true
	if !s.strikes(0, 4) || s.strikes(0, 5) || s.strikes(0, 6) || s.strikes(0, 7) {
		t.Error("a long flow's ways do not take turns")
	}
	t.Setenv("PROOFS", "all")
	if !s.strikes(0, 5) || !s.strikes(11, 1) {
		t.Error("with all there is, a way is left out")
	}
}

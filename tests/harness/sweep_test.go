package harness

import "testing"

// TestASweepMissesNoCall: a reduced sweep still strikes each call, and uses each
// way.
func TestASweepMissesNoCall(t *testing.T) {
	t.Setenv("PROOFS", "")
	for ways := 1; ways <= 12; ways++ {
		s := Sweep{Ways: make([]Way, ways)}
		used := map[int]bool{}
		for nth := 1; nth <= 20; nth++ {
			struck := 0
			for way := range ways {
				if s.strikes(way, nth) {
					used[way] = true
					struck++
				}
			}
			if struck == 0 {
				t.Errorf("%d ways: call %d does not fail in any", ways, nth)
			}
		}
		if len(used) != ways {
			t.Errorf("%d ways: only %d are used", ways, len(used))
		}
	}
	t.Setenv("PROOFS", "full")
	if s := (Sweep{Ways: make([]Way, 7)}); !s.strikes(0, 1) || !s.strikes(1, 1) || !s.strikes(2, 1) {
		t.Error("a full sweep leaves ways out")
	}
}

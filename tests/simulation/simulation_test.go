package simulation

import (
	"os"
	"strconv"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// steps of a run; PROOFS=full asks for many.
func size(t *testing.T) (seeds []uint64, steps int) {
	t.Helper()
	if raw := os.Getenv("SIMULATION_SEED"); raw != "" {
		seed, err := strconv.ParseUint(raw, 10, 64)
		if err != nil {
			t.Fatalf("SIMULATION_SEED is no number: %v", err)
		}
		return []uint64{seed}, 21_000
	}
	if harness.InFull() {
		return []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 21_000
	}
	return []uint64{1, 2}, 10_000
}

func TestSimulationAddsUp(t *testing.T) {
	harness.Proof(t)
	seeds, steps := size(t)
	var all tally
	seen := 0
	for _, seed := range harness.InShare(t, 2, seeds) {
		seen++
		done, found := run(t.Context(), seed, "", steps)
		if found != nil {
			t.Fatal(found)
		}
		all.steps, all.admitted, all.refused = all.steps+done.steps, all.admitted+done.admitted, all.refused+done.refused
		all.faults, all.replays, all.busy = all.faults+done.faults, all.replays+done.replays, all.busy+done.busy
	}
	t.Logf("%d of %d seeds: %d operations, %d admissions, %d refusals by quota, %d for want of a place, %d replays, %d faults struck, 0 violations",
		seen, len(seeds), all.steps, all.admitted, all.refused, all.busy, all.replays, all.faults)
	if all.admitted == 0 || all.refused == 0 || all.busy == 0 || all.replays == 0 || all.faults == 0 {
		t.Error("the simulation never met what it is for")
	}
}

func TestSimulationIsTheSameForASeed(t *testing.T) {
	harness.Proof(t)
	first, _ := run(t.Context(), 7, "", 2000)
	second, _ := run(t.Context(), 7, "", 2000)
	if first != second {
		t.Errorf("one seed, two runs: %+v and %+v", first, second)
	}
}

func TestSimulationFindsPlantedBugs(t *testing.T) {
	harness.Proof(t)
	for _, bug := range []string{
		"one-too-many", "one-too-few", "level-not-held", "settled-twice", "settles-in-the-present-month", "reservation-stays",
		"retry-forgets-what-was-paid", "job-stays-active", "slot-not-given-back", "given-back-twice", "deleted-for-nothing",
		"level-begins-anew", "plan-not-checked", "claim-not-written",
	} {
		t.Run(bug, func(t *testing.T) {
			done, found := run(t.Context(), 11, bug, 15_000)
			if found == nil {
				t.Fatalf("not found in %d operations", done.steps)
			}
			t.Logf("planted bug found at operation %d: %s", found.step, found.wrong[0])
		})
	}
}

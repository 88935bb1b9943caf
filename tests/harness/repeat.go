package harness

import (
	"fmt"
	"os"
	"testing"
)

// Proof marks a test that make proofs runs at full counts; it stands in the test
// function itself. Every test that Repeat, EachCall or InFull serve has it: a
// structure test says so.
func Proof(t *testing.T) { t.Helper() }

// InFull tells whether proofs run at full counts: PROOFS=full (make proofs), or more.
func InFull() bool { return os.Getenv("PROOFS") == "full" || InAll() }

// InAll tells whether a proof runs with all it has: PROOFS=all, by a command of its own
// or for all of them by PROOFS=all make proofs. Otherwise these, which have an hour,
// take a part of what takes longest.
func InAll() bool { return os.Getenv("PROOFS") == "all" }

// SomeOf is a third of a proof's cases in an ordinary test run, all of them InFull.
func SomeOf[Case any](all []Case) []Case {
	if InFull() {
		return all
	}
	var some []Case
	for i := 0; i < len(all); i += 3 {
		some = append(some, all[i])
	}
	return some
}

// sparsely is how many ways take turns over a proof's things in an ordinary run.
const sparsely = 3

// Takes reports whether a run tries the nth thing in a way: InFull in each; in an
// ordinary run in every third, the next thing in others.
func Takes(way, nth int) bool { return InFull() || (way+nth)%sparsely == 0 }

// Repeat runs a proof whose outcome depends on timing: once in an ordinary test
// run, full times InFull. Each round must hold.
func Repeat(t *testing.T, full int, proof func(*testing.T)) {
	t.Helper()
	rounds := 1
	if InFull() {
		rounds = full
	}
	for n := 1; n <= rounds; n++ {
		if !t.Run(fmt.Sprintf("round %d", n), proof) {
			return
		}
	}
	t.Logf("%s: %d of %d rounds held", t.Name(), rounds, rounds)
}

package harness

import (
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// proofs are the names of the tests that marked themselves.
var proofs sync.Map

// Proof marks a test that make proofs runs at full counts; it stands in the test
// function itself. Every test that Repeat, EachCall or InFull serve has it: a
// structure test says so.
func Proof(t *testing.T) {
	t.Helper()
	proofs.Store(t.Name(), true)
}

// isProof tells it of a test and its subtests.
func isProof(t *testing.T) bool {
	name, _, _ := strings.Cut(t.Name(), "/")
	_, marked := proofs.Load(name)
	return marked
}

// InFull tells whether proofs run at full counts: PROOFS=full (make proofs), or more.
func InFull() bool { return os.Getenv("PROOFS") == "full" || InAll() }

// InAll tells whether a proof runs with all it has: PROOFS=all, by a command of its own
// or for all of them by PROOFS=all make proofs. Otherwise these, which have an hour,
// take a part of what takes longest.
func InAll() bool { return os.Getenv("PROOFS") == "all" }

// Overtime tells, from now on, whether a sweep or a repeated proof has had its share of
// the time, and leaves out what an ordinary run does not need: PROOFS_SHARE, as 30s. CI
// sets it, which has an hour. Without it counts are full.
func Overtime(t *testing.T) func() bool {
	t.Helper()
	given := os.Getenv("PROOFS_SHARE")
	if given == "" || InAll() {
		return func() bool { return false }
	}
	share, err := time.ParseDuration(given)
	if err != nil || share <= 0 {
		t.Fatalf("PROOFS_SHARE=%q is no time", given)
	}
	began := time.Now()
	return func() bool { return time.Since(began) > share }
}

// Unhurried tells whether proofs run in full and without a share of the time: for what
// takes minutes, and for what looks by chance where nobody looked before, as fuzzing does.
// What that finds is news of any day's code, and no verdict on a change.
func Unhurried() bool { return InFull() && os.Getenv("PROOFS_SHARE") == "" }

// InShare gives cases in their order until the share of the time is over, the first least
// of them in any case, and logs how many it left out.
func InShare[Case any](t *testing.T, least int, cases []Case) iter.Seq2[int, Case] {
	t.Helper()
	over := Overtime(t)
	return func(yield func(int, Case) bool) {
		for i, c := range cases {
			if i >= least && over() {
				t.Logf("%s: %d of %d in its share", t.Name(), i, len(cases))
				return
			}
			if !yield(i, c) {
				return
			}
		}
	}
}

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
// run, full times InFull, or as often as its share allows. Each round must hold.
func Repeat(t *testing.T, full int, proof func(*testing.T)) {
	t.Helper()
	rounds := 1
	if InFull() {
		rounds = full
	}
	over, held := Overtime(t), 0
	for ; held < rounds && (held == 0 || !over()); held++ {
		if !t.Run(fmt.Sprintf("round %d", held+1), proof) {
			return
		}
	}
	t.Logf("%s: %d of %d rounds held", t.Name(), held, rounds)
}

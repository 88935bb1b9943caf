package harness

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// Way is how a call fails in a sweep.
type Way struct {
	Kind     calls.Kind
	Forever  bool // and so do all calls after it
	FirstTry bool // the SDK's own second attempt passes
}

// String is the way as a person reads it.
func (w Way) String() string {
	switch {
	case w.Forever:
		return string(w.Kind) + " for ever"
	case w.FirstTry:
		return string(w.Kind) + " at the first try"
	}
	return string(w.Kind)
}

// plan lets the nth call fail. A process that is killed makes no call after it.
func (w Way) plan(nth int) []calls.Fault {
	plan := []calls.Fault{{Nth: nth, Kind: w.Kind, Forever: w.Forever, FirstTry: w.FirstTry}}
	if w.Kind == calls.KillBefore || w.Kind == calls.KillAfter {
		plan = append(plan, calls.Fault{Nth: nth + 1, Kind: calls.LostBefore, Forever: true})
	}
	return plan
}

// Ways are the kinds, each once.
func Ways(kinds ...calls.Kind) []Way {
	var all []Way
	for _, kind := range kinds {
		all = append(all, Way{Kind: kind})
	}
	return all
}

// WaysForEver are the kinds, each once and for ever.
func WaysForEver(kinds ...calls.Kind) []Way {
	var all []Way
	for _, way := range Ways(kinds...) {
		all = append(all, way, Way{Kind: way.Kind, Forever: true})
	}
	return all
}

// WithoutWaiting makes the SDK try again at once: a planted fault meets every
// attempt of its call, so that waiting between them proves nothing.
func WithoutWaiting(cfg *aws.Config) {
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 2 * time.Millisecond })
	}
}

// Sweep lets every AWS call of a flow fail in turn.
type Sweep struct {
	Flow     string
	Ways     []Way
	Skip     int  // calls that come before the flow, in the same process; they do not fail
	Parallel bool // the cases share nothing
	Long     bool // the flow takes so long that an ordinary run strikes every sixth call of it, and a full one each call in fewer ways
}

// strikes reports whether a run lets the nth call fail in the way. In full each
// call fails in each way of its own, and the variants of these take turns over the
// calls, as the ways do too where the flow is long; in an ordinary run every second
// call fails, and all ways take turns over these.
func (s Sweep) strikes(way, nth int) bool {
	if InAll() {
		return true
	}
	if !InFull() {
		return s.ordinary(way, nth)
	}
	var own, variants []int
	for i, w := range s.Ways {
		if w.isVariant() {
			variants = append(variants, i)
		} else {
			own = append(own, i)
		}
	}
	if turn := slices.Index(variants, way); turn >= 0 {
		return (turn+nth)%len(variants) == 0
	}
	return !s.Long || (slices.Index(own, way)+nth)%len(own) == 0
}

func (s Sweep) ordinary(way, nth int) bool {
	step := 2
	if s.Long {
		step = 6
	}
	return nth%step == 1 && (way+nth/step)%len(s.Ways) == 0
}

// isVariant tells that another way leaves the same behind: a call that is refused
// or times out took no effect, as one that was lost before; who is killed before a
// call was killed after the one before it; and what is down stays down for whoever
// tries again, however the first call ended.
func (w Way) isVariant() bool {
	switch w.Kind {
	case calls.Throttled, calls.TimedOut, calls.KillBefore:
		return true
	}
	return w.Forever && w.Kind != calls.LostBefore
}

// EachCall runs a flow once without a fault, which says how many calls it makes,
// and then once for each of them in each way that strikes takes; when its share of the
// time is over, in those of an ordinary run.
// run plants the plan, and answers what it planted; Struck tells it whether a
// fault took place. A case that strikes nothing fails: it would prove nothing.
func (s Sweep) EachCall(t *testing.T, run func(t *testing.T, plan []calls.Fault) *calls.Faults) {
	t.Helper()
	var made, cases int
	var struck, left atomic.Int64
	over := Overtime(t)
	t.Run(s.Flow, func(t *testing.T) {
		if !t.Run("without a fault", func(t *testing.T) {
			planted := run(t, []calls.Fault{{Nth: math.MaxInt, Kind: calls.LostBefore}})
			if made = planted.Calls() - s.Skip; made <= 0 || planted.Struck() != 0 {
				t.Fatalf("%d calls, %d faults struck", made, planted.Struck())
			}
		}) {
			return
		}
		all := s.cases(made)
		cases = len(all)
		for _, c := range all {
			held := t.Run(fmt.Sprintf("%s at call %d", s.Ways[c.way], c.nth), func(t *testing.T) {
				if s.Parallel {
					t.Parallel()
				}
				if over() && !s.ordinary(c.way, c.nth) {
					left.Add(1)
					return
				}
				if run(t, s.Ways[c.way].plan(s.Skip+c.nth)).Struck() == 0 {
					t.Fatal("the fault struck nothing")
				}
				struck.Add(1)
			})
			if !held {
				return
			}
		}
	})
	t.Logf("%s: %d calls, %d faults struck of %d, %d left out", s.Flow, made, struck.Load(), cases, left.Load())
}

type sweepCase struct{ way, nth int }

// cases are those that strikes takes and those of an ordinary run, in an order of no
// meaning, the same each time, so that what a share of the time leaves out is of all
// calls and ways.
func (s Sweep) cases(made int) (all []sweepCase) {
	for way := range s.Ways {
		for nth := 1; nth <= made; nth++ {
			if s.strikes(way, nth) || s.ordinary(way, nth) {
				all = append(all, sweepCase{way, nth})
			}
		}
	}
	rand.New(rand.NewPCG(7, 7)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

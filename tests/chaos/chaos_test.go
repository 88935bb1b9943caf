// Package chaos_test lets everything that the running product rests on fail, one
// after the other, while people use it, and tells what each of them saw. The rows
// are declared in faults_test.go; docs/chaos.md has them with what they mean.
package chaos_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/harness"
)

// How long a fault lasts. What is down, gone, out of time or talks rubbish is so for an
// outage, and until somebody has met it. What is slow, busy or stuck stays so until
// everybody has met it, or for at most the longest.
const (
	outage  = 30 * time.Second
	blip    = 3 * time.Second // instead of it, unless everything runs
	longest = 2 * time.Minute
)

// outcome is a row of the table in the end.
type outcome struct {
	fault
	met    map[string]int
	says   string        // the finished video, of itself
	struck int           // how often the fault was met, by its own stand
	well   time.Duration // after the fault was over; negative: while it lasted
	held   []string      // what was looked at that nothing is lost
	wrong  []string      // what was found then
	looked bool
}

// TestNothingIsLostWhateverFails is the whole table with PROOFS=all (make chaos),
// a few more InFull, and four rows in an ordinary run.
func TestNothingIsLostWhateverFails(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	var sweeper sync.WaitGroup
	sweeper.Go(func() { w.sweeping(ctx) })
	var all []*outcome
	var people []*person
	for _, group := range harness.InShare(t, 2, windows(chosen(faults()))) {
		outcomes, met := w.window(t, group)
		all, people = append(all, outcomes...), append(people, met...)
		keep(t, all)
	}
	for i, o := range all {
		var looked sync.WaitGroup
		looked.Go(func() { w.settled(people[i], o) }) // it may end its goroutine
		looked.Wait()
		for _, found := range o.wrong {
			t.Errorf("%s: %s", o.name(), found)
		}
	}
	w.nothingLost(t)
	stop()
	sweeper.Wait()
	report(t, all)
}

// window lets the group's services fail while its people are at work.
func (w *world) window(t *testing.T, group []fault) ([]*outcome, []*person) {
	t.Helper()
	var people []*person
	var ready, done sync.WaitGroup
	var prepared atomic.Int64
	for _, f := range group {
		p := newPerson(t, w.product.URL)
		people = append(people, p)
		ready.Go(func() { f.act.prepare(w, p); prepared.Add(1) }) // or it ends its goroutine
	}
	if ready.Wait(); int(prepared.Load()) != len(group) {
		t.Fatalf("%s: what comes before it has failed", group[0].name())
	}
	stands, lift := w.plant(t, group, people)
	ended := make([]time.Time, len(group))
	for i, f := range group {
		people[i].met = map[string]int{}
		done.Go(func() {
			f.act.do(w, people[i])
			ended[i] = time.Now() // zero where the act was given up
		})
	}
	all := make(chan struct{})
	go func() { done.Wait(); close(all) }()
	last(group, people, stands, all)
	over := time.Now()
	lift()
	<-all
	var outcomes []*outcome
	for i, f := range group {
		o := &outcome{
			fault: f, met: maps.Clone(people[i].met), says: people[i].warns, struck: stands[i].struck(), well: ended[i].Sub(over), held: stands[i].held,
		}
		t.Log(o)
		for _, wrong := range o.judged() {
			t.Errorf("%s: %s", o.name(), wrong)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, people
}

// stand is where a row's fault was planted.
type stand struct {
	lift   func()
	struck func() int // how often it was met
	held   []string   // what its lift found that all is well
}

// plant lets everything of the group fail, and answers where, and what ends it.
func (w *world) plant(t *testing.T, group []fault, people []*person) (stands []*stand, lift func()) {
	t.Helper()
	services := map[string]way{}
	for i, f := range group {
		s := &stand{lift: func() {}}
		switch f.service {
		case "encoder":
			end, err := w.encoder.plant(f.way)
			harness.Must(t, err)
			s.lift, s.struck = end, w.encoder.struck
		case "network":
			people[i].network.set(f.way)
			s.lift, s.struck = func() { people[i].network.set("") }, people[i].network.struck
		case "slots":
			right := w.takeSlots(t, f)
			s.lift, s.struck = func() { people[i].network.still(right) }, func() int { return people[i].times(f.must) }
		case "clock":
			right, struck := w.setClocks(t, f)
			s.lift, s.struck = func() { people[i].network.still(right) }, struck
		case "poison":
			w.poison(t, f, s)
		default:
			if f.service == "secretsmanager" {
				w.forget(t, f) // what a process has read it keeps for minutes
			}
			services[f.service] = f.way
			s.struck = func() int { return w.between.struck(f.service) }
		}
		stands = append(stands, s)
	}
	end := w.between.plant(services)
	return stands, func() {
		for _, s := range stands {
			s.lift()
		}
		end()
	}
}

// lasts is how long a row's fault is there at least, and whether it waits for more than
// that only until it was met.
func (f fault) lasts() (least time.Duration, untilMet bool) {
	if f.service != "clock" && !slices.Contains([]way{down, rubbish, cut, deafened}, f.way) {
		return longest, false
	}
	if harness.InAll() {
		return outage, true
	}
	return blip, true
}

// last waits as long as the group's fault lasts.
func last(group []fault, people []*person, stands []*stand, all <-chan struct{}) {
	began := time.Now()
	least, untilMet := group[0].lasts()
	for time.Since(began) < longest {
		struck := !slices.ContainsFunc(stands, func(s *stand) bool { return untilMet && s.struck() == 0 })
		ended := false
		select {
		case <-all:
			ended = true
			time.Sleep(10 * time.Millisecond)
		case <-time.After(200 * time.Millisecond):
		}
		switch {
		case ended && (struck || group[0].service != "clock"), // what a clock concerns is called by others too
			time.Since(began) >= least && struck, everybodyMet(group, people):
			return
		}
	}
}

// everybodyMet is whether all that must be met has been, and may end then: others keep
// their slots until they are done.
func everybodyMet(group []fault, people []*person) bool {
	for i, f := range group {
		if f.must == "" || f.service == "slots" || f.service == "clock" || people[i].times(f.must) == 0 {
			return false
		}
	}
	return true
}

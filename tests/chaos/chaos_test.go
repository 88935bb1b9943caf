// Package chaos_test lets everything that the running product rests on fail, one
// after the other, while people use it, and tells what each of them saw. The rows
// are declared in faults_test.go; docs/chaos.md has them with what they mean.
package chaos_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/harness"
)

// lasting is how long an outage lasts. What is slow, busy or stuck stays so until
// everybody has met it, or for at most the longest.
const (
	outage  = 30 * time.Second
	blip    = 3 * time.Second // instead of it, in an ordinary run
	longest = 2 * time.Minute
)

// outcome is a row of the table in the end.
type outcome struct {
	fault
	met  map[string]int
	well time.Duration // after the fault was over; negative: while it lasted
}

// TestNothingIsLostWhateverFails is the whole table with PROOFS=all (make chaos),
// a few more InFull, and four rows in an ordinary run.
func TestNothingIsLostWhateverFails(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	var sweeper sync.WaitGroup
	sweeper.Go(func() { w.sweeping(ctx) })
	var all []outcome
	var people []settler
	for _, group := range harness.InShare(t, 2, windows(chosen(faults()))) {
		outcomes, met := w.window(t, group)
		all, people = append(all, outcomes...), append(people, met...)
	}
	for _, s := range people {
		s.do()
	}
	w.nothingLost(t)
	stop()
	sweeper.Wait()
	report(t, all)
}

// settler is what is looked at of a person in the end.
type settler struct {
	*person
	used map[string]float64
}

func (s settler) do() {
	var done sync.WaitGroup
	done.Go(func() { s.settled(s.used) }) // it may end its goroutine
	done.Wait()
}

// window lets the group's services fail while its people are at work.
func (w *world) window(t *testing.T, group []fault) ([]outcome, []settler) {
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
	lift := w.plant(t, group, people)
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
	w.last(group, people, all)
	over := time.Now()
	lift()
	<-all
	var outcomes []outcome
	var settlers []settler
	for i, f := range group {
		o := outcome{fault: f, met: maps.Clone(people[i].met), well: ended[i].Sub(over)}
		t.Log(o)
		w.judge(t, o, people[i])
		outcomes, settlers = append(outcomes, o), append(settlers, settler{people[i], f.act.used})
	}
	return outcomes, settlers
}

// plant lets everything of the group fail, and answers what ends it.
func (w *world) plant(t *testing.T, group []fault, people []*person) (lift func()) {
	t.Helper()
	services := map[string]way{}
	var lifts []func()
	for i, f := range group {
		switch f.service {
		case "encoder":
			end, err := w.encoder.plant(f.way)
			harness.Must(t, err)
			lifts = append(lifts, end)
		case "network":
			people[i].network.set(f.way)
			lifts = append(lifts, func() { people[i].network.set("") })
		case "slots":
		case "clock":
			right := w.setClocks(t, f)
			lifts = append(lifts, func() { people[i].network.still(right) })
		case "poison":
			lifts = append(lifts, w.poison(t, f))
		case "secretsmanager":
			w.forget(t, f) // what a process has read it keeps for minutes
			services[f.service] = f.way
		default:
			services[f.service] = f.way
		}
	}
	lifts = append(lifts, w.between.plant(services))
	return func() {
		for _, end := range lifts {
			end()
		}
	}
}

// last waits as long as the group's fault lasts.
func (w *world) last(group []fault, people []*person, all <-chan struct{}) {
	lasts := longest
	if how := group[0].way; how == down || how == rubbish || how == cut || how == deafened || how == ahead || how == behind {
		lasts = blip
		if how == down && harness.InAll() {
			lasts = outage
		}
	}
	end := time.After(lasts)
	for {
		select {
		case <-all:
			return
		case <-end:
			return
		case <-time.After(200 * time.Millisecond):
		}
		if w.everybodyMet(group, people) {
			return
		}
	}
}

// everybodyMet is whether all that must be met has been.
func (w *world) everybodyMet(group []fault, people []*person) bool {
	for i, f := range group {
		if f.must == "" || !people[i].hasMet(f.must) {
			return false
		}
	}
	return true
}

func (p *person) hasMet(code problem.Code) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for met := range p.met {
		if strings.HasSuffix(met, " "+string(code)) {
			return true
		}
	}
	return false
}

// judge holds what a person met to what the row allows.
func (w *world) judge(t *testing.T, o outcome, p *person) {
	t.Helper()
	for met := range o.met {
		_, code, coded := strings.Cut(met, " ")
		if !coded {
			code = met
		}
		if !o.may(problem.Code(code)) {
			t.Errorf("%s: met %s", o.name(), met)
		}
	}
	if o.must != "" && !p.hasMet(o.must) {
		t.Errorf("%s: nobody met %s, but %v", o.name(), o.must, o.met)
	}
	if o.warns != p.warns && o.warns != "" {
		t.Errorf("%s: the video says %q, want %q", o.name(), p.warns, o.warns)
	}
	if o.between() && w.between.struck(o.service) == 0 {
		t.Errorf("%s: no call met the fault", o.name())
	}
}

// between is a fault that stands between functions and what they call.
func (f fault) between() bool {
	return !slices.Contains([]string{"encoder", "network", "slots", "clock", "poison"}, f.service)
}

func (o outcome) String() string {
	return fmt.Sprintf("%s: met %v, well %s", o.name(), o.met, o.after())
}

// after is when everything was well again.
func (o outcome) after() string {
	if o.well <= 0 {
		return "while it lasted"
	}
	return fmt.Sprintf("%.0f s after it", o.well.Seconds())
}

package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Fate is what befalls an execution at one of its calls.
type Fate string

// The fates.
const (
	StoppedBefore  Fate = "stopped before"
	StoppedAfter   Fate = "stopped after"
	Crashed        Fate = "crashed at"
	CrashedForGood Fate = "crashed from"     // and so does every later call of the execution
	Overtaken      Fate = "overtaken during" // stopped; the call goes on when the next execution has ended
)

// errCrashed is what a state machine hears of a function that crashed.
var errCrashed = errors.New("crashed")

// Doom lets a tenant's execution meet a fate at its nth call.
type Doom struct {
	Fate
	Nth int

	stop  func() // ends the execution that works on the run now
	mu    sync.Mutex
	calls []string
	down  bool
	over  chan struct{}
	once  sync.Once
	late  sync.WaitGroup
}

func doomed(fate Fate, nth int) *Doom { return &Doom{Fate: fate, Nth: nth, over: make(chan struct{})} }

// Serve has a tenant's executions call these functions, under the doom.
func (d *Doom) Serve(w *Workflow, id tenant.ID, functions map[string]Function) {
	d.stop = func() {
		all := w.Started(id)
		if err := w.Stop(context.Background(), all[len(all)-1]); err != nil {
			w.t.Errorf("stop an execution: %v", err)
		}
	}
	all := map[string]Function{}
	for name, do := range functions {
		all[name] = func(ctx context.Context, told []byte) (any, error) {
			return d.call(name, func() (any, error) { return do(ctx, told) })
		}
	}
	w.Serve(id, all)
}

func (d *Doom) call(name string, do func() (any, error)) (any, error) {
	d.mu.Lock()
	d.calls = append(d.calls, name)
	now := len(d.calls) == d.Nth
	d.down = d.down || now && d.Fate == CrashedForGood
	crashed := d.down || now && d.Fate == Crashed
	if now && d.Fate == Overtaken {
		d.late.Add(1)
		defer d.late.Done()
	}
	d.mu.Unlock()
	switch {
	case crashed:
		return nil, errCrashed
	case now && d.Fate == StoppedBefore:
		d.stop()
		return nil, errCrashed
	case now && d.Fate == StoppedAfter:
		defer d.stop()
	case now && d.Fate == Overtaken:
		d.stop()
		<-d.over
	}
	return do()
}

// Passed says that the execution has ended: the next one is whole.
func (d *Doom) Passed() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = false
}

// LetGo has what was overtaken go on, and waits for it.
func (d *Doom) LetGo() {
	d.once.Do(func() { close(d.over) })
	d.late.Wait()
}

// Calls are those that were made, by function.
func (d *Doom) Calls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

// Fates lets a run's first execution meet each fate at each of its calls.
type Fates struct {
	Flow     string
	Machine  *Workflow
	All      []Fate
	Parallel bool // the cases share nothing
}

// EachCall runs a flow once undisturbed, which says how many calls it makes, and
// then once for each of them and fate, or for some (see Takes). run answers whose
// executions they were. A doom that did not come fails: it would prove nothing.
func (f Fates) EachCall(t *testing.T, run func(*testing.T, *Doom) tenant.ID) {
	t.Helper()
	var calls []string
	var cases int
	var met atomic.Int64
	seen := &course{of: f.Machine, run: run}
	t.Run(f.Flow, func(t *testing.T) {
		whole := doomed("", 0)
		if !t.Run("undisturbed", func(t *testing.T) {
			if n := seen.one(t, whole); n != 1 {
				t.Errorf("it takes %d executions", n)
			}
			calls = whole.Calls()
		}) {
			return
		}
		for i, fate := range f.All {
			for nth, name := range calls {
				if !Takes(i, nth) {
					continue
				}
				cases++
				t.Run(fmt.Sprintf("%s call %d, %s", fate, nth+1, name), func(t *testing.T) {
					if f.Parallel {
						t.Parallel()
					}
					d := doomed(fate, nth+1)
					if seen.one(t, d); len(d.Calls()) < d.Nth {
						t.Fatalf("nothing befell it in %d calls", len(d.Calls()))
					}
					met.Add(1)
				})
			}
		}
	})
	seen.all(t)
	t.Logf("%s: %d calls, %d fates met of %d, in %d executions", f.Flow, len(calls), met.Load(), cases, seen.executions.Load())
}

// course is what the runs of a flow went through.
type course struct {
	of         *Workflow
	run        func(*testing.T, *Doom) tenant.ID
	executions atomic.Int64
	entered    sync.Map // by the name of a state
}

// one runs the flow once, and answers how many executions that took.
func (c *course) one(t *testing.T, d *Doom) int {
	t.Cleanup(d.LetGo) // should the test have failed before
	all := c.of.Started(c.run(t, d))
	c.executions.Add(int64(len(all)))
	for _, execution := range all {
		for _, state := range c.of.Entered(t, execution) {
			c.entered.Store(state, true)
		}
	}
	return len(all)
}

// all fails unless every state was entered, where every case is run.
func (c *course) all(t *testing.T) {
	t.Helper()
	for _, state := range c.of.States {
		if _, was := c.entered.Load(state); !was && InFull() {
			t.Errorf("no execution entered %s", state)
		}
	}
}

package workflow_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

const restarts = 2

// world is what a function would wire: a keeper, a sweeper with its task, and the
// keepers that events are led to.
type world struct {
	t       *testing.T
	clock   *harness.Clock
	shelf   *shelf
	press   *press
	keeper  workflow.Keeper
	keepers workflow.Keepers
	sweeper openwork.Sweeper
}

func newWorld(t *testing.T) *world {
	s := &shelf{books: map[string]*book{}}
	w := &world{
		t: t, clock: harness.NewClock(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)), shelf: s,
		press: &press{shelf: s, states: map[string]workflow.State{}, inputs: map[string]workflow.Input{}},
	}
	warn := func(_ context.Context, err error) { t.Logf("warned: %v", err) }
	w.keeper = workflow.Keeper{Machine: w.press, Work: s, Lease: time.Minute, Restarts: restarts, Now: w.clock.Now, Warn: warn}
	w.keepers = workflow.Keepers{pressARN: w.keeper, renderARN: {Machine: w.press, Work: &shelf{}, Now: w.clock.Now, Warn: warn}}
	w.sweeper = openwork.Sweeper{Index: s, Tasks: []openwork.Task{{Kind: bookKind, Mend: w.keeper.Mend}}, Now: w.clock.Now, Warn: warn}
	return w
}

// order admits a book and starts its run, as an endpoint would.
func (w *world) order() *book {
	w.t.Helper()
	b := &book{run: workflow.Run{
		Input:   workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: tenant.NewID(), Attempt: 1},
		Waiting: true, DueAt: w.clock.Now().Add(time.Minute),
	}}
	w.shelf.books[b.run.JobID] = b
	if err := w.press.Start(w.t.Context(), b.run.Execution(), b.run.Input); err != nil && !w.press.down {
		w.t.Fatal(err)
	}
	return b
}

// sweep lets time pass and wants so many books seen to, and so many failed.
func (w *world) sweep(done, failed int) {
	w.t.Helper()
	w.clock.Forward(5 * time.Minute)
	report, err := w.sweeper.Sweep(w.t.Context(), 10)
	if err != nil || report.Done[bookKind] != done || report.Failed != failed {
		w.t.Errorf("%+v %v, want %d done and %d failed", report, err, done, failed)
	}
}

func (w *world) want(execution string, want workflow.State) {
	w.t.Helper()
	if got := w.press.states[execution]; got != want {
		w.t.Errorf("%s is %d, want %d: %v", execution, got, want, w.press.states)
	}
}

func TestABookIsStartedKilledRestartedAndFinished(t *testing.T) {
	w := newWorld(t)
	b := w.order()
	first := b.run.Execution()
	harness.Must(t, w.press.work(t.Context(), first, 1))
	dead := w.press.kill(first)
	for range 3 { // events come twice, and late
		harness.Must(t, w.keepers.Handle(t.Context(), dead))
	}
	second := fmt.Sprintf("%s-1-1", b.run.JobID)
	if b.run.Restarts != 1 || b.run.Execution() != second || len(w.press.states) != 2 {
		t.Fatalf("%+v, %v", b.run, w.press.states)
	}
	harness.Must(t, w.press.work(t.Context(), second, 2))
	if !b.bound || b.failed || len(b.pages) != 2 {
		t.Errorf("%+v", b)
	}
	w.sweep(0, 0)
	harness.Must(t, w.keepers.Handle(t.Context(), eventOf(pressARN, second, b.run.Input)))
	if len(w.press.states) != 2 {
		t.Error("a finished book was begun again")
	}
}

func TestABookThatWasNeverStartedIsStartedByTheSweeper(t *testing.T) {
	w := newWorld(t)
	w.press.down = true
	b := w.order()
	w.sweep(0, 1)
	w.want(b.run.Execution(), workflow.Absent)
	w.press.down = false
	w.sweep(1, 0)
	w.want(b.run.Execution(), workflow.Running)
	if b.run.Restarts != 0 || b.run.DueAt.Before(w.clock.Now()) {
		t.Errorf("a first start is no restart, and is waited for: %+v", b.run)
	}
	w.sweep(1, 0) // it waits for its first step
	w.want(b.run.Execution(), workflow.Running)
	if b.run.Restarts != 0 {
		t.Errorf("a run that waits for its first step was replaced: %+v", b.run)
	}
}

func TestABookWithoutASignOfLifeIsReplacedSomeTimesThenConcluded(t *testing.T) {
	w := newWorld(t)
	b := w.order()
	for restart := 1; restart <= restarts; restart++ {
		silent := b.run.Execution()
		harness.Must(t, w.press.work(t.Context(), silent, 1))
		w.sweep(1, 0)
		w.want(silent, workflow.Died)
		w.want(b.run.Execution(), workflow.Running)
		if b.run.Restarts != restart {
			t.Fatalf("restart %d: %+v", restart, b.run)
		}
	}
	w.sweep(1, 0)
	if !b.run.Ended || !b.failed || len(w.press.states) != restarts+1 {
		t.Errorf("%+v, %v", b, w.press.states)
	}
	w.sweep(0, 0)
}

func TestAnExecutionThatSucceededSilentlyIsConcluded(t *testing.T) {
	w := newWorld(t)
	b := w.order()
	harness.Must(t, w.press.work(t.Context(), b.run.Execution(), 2))
	b.run.Ended = false // its last write was lost
	w.sweep(1, 0)
	if !b.run.Ended || b.failed {
		t.Errorf("%+v", b)
	}
}

func TestAnEventIsLedByItsMachine(t *testing.T) {
	w := newWorld(t)
	b := w.order()
	execution := b.run.Execution()
	w.press.kill(execution)
	harness.Must(t, w.keepers.Handle(t.Context(), eventOf(renderARN, execution, b.run.Input))) // who has no such run
	if b.run.Restarts != 0 {
		t.Error("an event of another machine was taken for this one's")
	}
	other := b.run.Input
	other.TenantID = tenant.ID(tenant.NewID())
	harness.Must(t, w.keepers.Handle(t.Context(), eventOf(pressARN, execution, other)))
	if b.run.Restarts != 0 {
		t.Error("another tenant's event was taken for this one's")
	}
	for name, e := range map[string]workflow.StatusEvent{
		"a machine that nobody keeps": eventOf("arn:aws:states:us-east-1:000000000000:stateMachine:x", execution, b.run.Input),
		"no machine":                  eventOf("", execution, b.run.Input),
		"another run's execution":     eventOf(pressARN, "x-1", b.run.Input),
		"no ids":                      eventOf(pressARN, execution, workflow.Input{TenantID: "x", JobID: "y"}),
	} {
		if err := w.keepers.Handle(t.Context(), e); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAStepIsHeldToItsIdsAndItsTime: what is no id never reaches a store, and a
// step has time left to say why it ended.
func TestAStepIsHeldToItsIdsAndItsTime(t *testing.T) {
	w := newWorld(t)
	for _, in := range []workflow.Input{{}, {TenantID: "T#x", JobID: tenant.NewID()}, {TenantID: tenant.ID(tenant.NewID()), JobID: "../x"}} {
		if _, err := w.shelf.bind(t.Context(), bindInput{Input: in}); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	end := time.Now().Add(time.Hour)
	ctx, done := context.WithDeadline(t.Context(), end)
	defer done()
	in := workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: tenant.NewID(), Attempt: 1}
	at, err := workflow.Step(ctx, in, func(ctx context.Context, _ workflow.Input) (time.Time, error) {
		at, _ := ctx.Deadline()
		return at, nil
	})
	if err != nil || !at.Equal(end.Add(-workflow.Margin)) {
		t.Errorf("the step ends at %v, its function at %v: %v", at, end, err)
	}
}

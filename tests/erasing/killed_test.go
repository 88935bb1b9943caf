package erasing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// The state machine, as it is deployed, is killed at each of its calls. The sweeper,
// which begins every erasure, has another execution take it up, and nothing is left,
// nothing half-erased.
func TestAnErasureIsKilledAtEachStateAndResumed(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	w.account(small...)
	machine := w.store.Deploy(t, "erase")
	harness.Fates{
		Flow: "erase", Machine: machine,
		All: []harness.Fate{harness.StoppedBefore, harness.StoppedAfter, harness.Crashed, harness.Overtaken},
	}.EachCall(t, func(t *testing.T, d *harness.Doom) tenant.ID {
		w := w.in(t)
		a := w.account(small...)
		others := w.everything().without(a)
		e := w.ask(a)
		p := w.process()
		d.Serve(machine, a.id, p.functions(shortly))
		p.sweptToTheEnd(machine, a, e, d.Passed)
		d.LetGo()
		p.gone(a, others, e)
		if c := w.certificate(p, e); len(c.Users) != 1 || c.Counts.Items < 12 {
			t.Errorf("it is certified as %+v", c)
		}
		return a.id
	})
}

// An execution that is stopped while it waits for late writes is followed by one
// that waits for what is left of the time.
func TestAnErasureIsKilledWhileItWaits(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	others := w.everything().without(a)
	e := w.ask(a)
	machine := w.store.Deploy(t, "erase")
	p := w.process()
	machine.Serve(a.id, p.functions(func(d time.Duration) time.Duration { return d })) // which no test has
	p.sweep(machine, a)
	first := machine.Started(a.id)[0]
	for end := time.Now().Add(time.Minute); !slices.Contains(machine.Entered(t, first), "Quiet"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it entered %v only", machine.Entered(t, first))
		}
	}
	harness.Must(t, machine.Stop(t.Context(), first))
	machine.Serve(a.id, p.functions(shortly))
	p.sweptToTheEnd(machine, a, e, func() {})
	p.gone(a, others, e)
	if all := machine.Started(a.id); len(all) != 2 || slices.Contains(machine.Entered(t, first), "Scan") {
		t.Errorf("executions %v", all)
	}
}

// shortly is how long a state machine waits where the clock of a test goes forward.
func shortly(time.Duration) time.Duration { return 20 * time.Millisecond }

// functions are what the state machine calls. wait is how long it is told to wait in
// the place of a duration, for which the clock goes forward.
func (p *process) functions(wait func(time.Duration) time.Duration) map[string]harness.Function {
	all := map[string]harness.Function{}
	for step, name := range map[erasure.Step]string{
		erasure.StepFreeze: "EraseFreeze", erasure.StepPayments: "ErasePayments", erasure.StepChannels: "EraseChannels", erasure.StepEvidence: "EraseEvidence",
		erasure.StepObjects: "EraseObjects", erasure.StepItems: "EraseItems", erasure.StepScan: "EraseScan", erasure.StepCertify: "EraseCertify",
	} {
		all[name] = harness.Step(tenant.Erase, func(ctx context.Context, in workflow.Input) (any, error) {
			out, err := p.steps[step](ctx, in)
			if err != nil {
				p.Errorf("%s: %v", step, err)
			}
			told := struct {
				erasure.Out
				Wait float64 `json:"wait_seconds"`
			}{Out: out}
			if out.Next == erasure.StepQuiet {
				d := time.Duration(out.Wait) * time.Second
				p.clock.Forward(d)
				told.Wait = wait(d).Seconds()
			}
			return told, err
		})
	}
	return all
}

// sweep lets time pass, and the sweeper see to the account.
func (p *process) sweep(machine *harness.Workflow, a account) {
	p.Helper()
	p.clock.Forward(25 * time.Hour)
	runs := erasure.NewRuns(p.store, machine, p.clock.Now, p.warnings.Add)
	sweeper := openwork.Sweeper{
		Index: harness.Of(a.id, dynamo.NewOpenWork(p.tables())), Tasks: []openwork.Task{erasure.Task(runs)}, Now: p.clock.Now, Warn: p.warnings.Add,
	}
	_, err := sweeper.Sweep(tenant.Doing(p.Context(), tenant.Erase), 10)
	harness.Must(p.T, err)
}

// sweptToTheEnd has the sweeper begin an erasure, and each execution that follows on
// one that died, until it is done.
func (p *process) sweptToTheEnd(machine *harness.Workflow, a account, e erasure.Erasure, passed func()) {
	p.Helper()
	for sweeps := 0; ; sweeps++ {
		_, err := p.store.Erasure(a.ctx(p.T), a.id, e.ID)
		if problem.Is(err, problem.NotFound) {
			return
		}
		harness.Must(p.T, err)
		if sweeps > 3 {
			p.Fatalf("%v do not end it: %v", machine.Started(a.id), p.warnings.All())
		}
		p.sweep(machine, a)
		machine.Ended(p.T, a.id)
		passed()
	}
}

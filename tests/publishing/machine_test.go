package publishing_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

// noted are the calls of functions, with what they were told.
type noted struct {
	mu    sync.Mutex
	calls []string
}

// step is a function that is noted, and has five minutes, as the template gives it.
func (n *noted) step(p *product, name string, run func(context.Context, workflow.Ending) (any, error)) harness.Function {
	return func(ctx context.Context, told []byte) (any, error) {
		var event map[string]any
		var in workflow.Ending
		broken := json.Unmarshal(told, &event)
		text, _ := json.Marshal(event) // in one order and without blanks
		if broken != nil || json.Unmarshal(text, &in) != nil {
			p.Errorf("%s is told %s", name, told)
		}
		n.mu.Lock()
		n.calls = append(n.calls, name+" "+string(text))
		n.mu.Unlock()
		ctx, done := context.WithDeadline(ctx, p.clock.Now().Add(5*time.Minute))
		defer done()
		out, err := run(ctx, in)
		if err != nil {
			p.Errorf("%s: %v", name, err)
		}
		return out, err
	}
}

// TestTheStateMachineRunsTheStepUntilAllIsSent: the machine as it is deployed goes
// back to the step while that says that there is more, tells it the same each time,
// and settles once.
func TestTheStateMachineRunsTheStepUntilAllIsSent(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	p.upload.Files = slow{p.upload.Files, w.clock} // a run has time for two pieces of three
	harness.Must(t, p.connect())
	machine, calls := w.store.Deploy(t, "publish"), &noted{}
	machine.Serve(w.who.Tenant, map[string]harness.Function{
		"PublishUpload": calls.step(p, "upload", func(ctx context.Context, in workflow.Ending) (any, error) { return p.upload.Run(ctx, in.Input) }),
		"PublishSettle": calls.step(p, "settle", func(ctx context.Context, in workflow.Ending) (any, error) { return p.settle.Run(ctx, in) }),
	})
	p.starter.Machine = machine
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	machine.Ended(t, w.who.Tenant)
	run := job.Run(w.who.Tenant)
	state, err := machine.State(p.ctx(), run.Execution())
	harness.Must(t, err)
	told := `{"attempt":1,"job_id":"` + run.JobID + `","tenant_id":"` + string(run.TenantID) + `"}`
	if want := []string{"upload " + told, "upload " + told, "settle " + told}; state != workflow.Succeeded || !slices.Equal(calls.calls, want) {
		t.Fatalf("it ended as %d after %q, want %q", state, calls.calls, want)
	}
	p.settled(p.job(job.ID))
	if w.site.Received() != size {
		t.Errorf("%d bytes arrived of %d", w.site.Received(), size)
	}
}

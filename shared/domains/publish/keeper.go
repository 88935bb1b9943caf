package publish

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// maxRestarts is how often an attempt whose execution died is begun again.
const maxRestarts = 3

// NewRuns makes the keeper of the publish workflow.
func NewRuns(s Settler, machine workflow.Machine, warn func(context.Context, error)) workflow.Keeper {
	work := workflow.Stored{Store: s.Store, Changed: ErrChanged, Read: s.run, End: s.interrupted}
	return workflow.Keeper{Machine: machine, Work: work, Lease: lease, Restarts: maxRestarts, Now: s.Now, Warn: warn}
}

// Task is what the sweeper has to do here.
func Task(runs workflow.Keeper) openwork.Task {
	return openwork.Task{Kind: openwork.Publish, Mend: runs.Mend}
}

func (s Settler) run(ctx context.Context, id tenant.ID, jobID string) (workflow.Run, error) {
	j, err := s.Store.Publication(ctx, id, jobID)
	return j.Run(id), err
}

// interrupted ends an attempt that will not go on.
func (s Settler) interrupted(ctx context.Context, r workflow.Run) error {
	j, err := s.Store.Publication(ctx, r.TenantID, r.JobID)
	if err == nil {
		_, err = s.Fail(ctx, r.TenantID, r.JobID, r.Attempt, failureOf(j, string(problem.RenderInterrupted)))
	}
	return err
}

package publish

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// maxRestarts is how often an attempt whose execution died is begun again.
const maxRestarts = 3

// NewRuns makes the keeper of the publish workflow.
func NewRuns(s Settler, machine workflow.Machine, warn func(context.Context, error)) workflow.Keeper {
	return workflow.Keeper{Machine: machine, Work: attempts{s}, Lease: lease, Restarts: maxRestarts, Now: s.Now, Warn: warn}
}

// Task is what the sweeper has to do here.
func Task(runs workflow.Keeper) openwork.Task {
	return openwork.Task{Kind: openwork.Publish, Mend: runs.Mend}
}

// attempts are the runs of the publish workflow. It implements workflow.Work.
type attempts struct{ Settler }

// Load implements workflow.Work.
func (a attempts) Load(ctx context.Context, id tenant.ID, jobID string) (workflow.Run, error) {
	j, err := a.Store.Publication(ctx, id, jobID)
	return j.Run(id), err
}

// Postpone implements workflow.Work.
func (a attempts) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	return ignoreChanged(a.Store.Postpone(ctx, r, due))
}

// Replace implements workflow.Work.
func (a attempts) Replace(ctx context.Context, r workflow.Run, due time.Time) (bool, error) {
	err := a.Store.Replace(ctx, r, due)
	return err == nil, ignoreChanged(err)
}

// Conclude implements workflow.Work.
func (a attempts) Conclude(ctx context.Context, r workflow.Run) error {
	j, err := a.Store.Publication(ctx, r.TenantID, r.JobID)
	if err == nil {
		_, err = a.Fail(ctx, r.TenantID, r.JobID, r.Attempt, failureOf(j, string(problem.RenderInterrupted)))
	}
	return err
}

// ignoreChanged: when another process was faster, the work is done.
func ignoreChanged(err error) error {
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

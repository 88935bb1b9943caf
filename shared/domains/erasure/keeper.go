package erasure

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

const (
	// maxRestarts is how often an attempt whose execution died is begun again at once.
	maxRestarts = 3
	// pause is how long it then waits until it begins anew. It is never given up.
	pause = 15 * time.Minute
)

// Runs keeps the runs of erasures.
type Runs interface {
	Erasure(ctx context.Context, id tenant.ID, erasureID string) (Erasure, error)
	Postpone(ctx context.Context, r workflow.Run, due time.Time) error
	Replace(ctx context.Context, r workflow.Run, due time.Time) (mine bool, err error)
	// Anew begins the next attempt, at a time. Another's in between is fine.
	Anew(ctx context.Context, r workflow.Run, due time.Time) error
}

// NewRuns makes the keeper of the erase workflow. One that waits is overdue when its
// time has come, and is started then like one whose start was lost.
func NewRuns(store Runs, machine workflow.Machine, now func() time.Time, warn func(context.Context, error)) workflow.Keeper {
	return workflow.Keeper{Machine: machine, Work: work{store, now, warn}, Lease: lease, Restarts: maxRestarts, Now: now, Warn: warn}
}

// Task is what the sweeper has to do here.
func Task(runs workflow.Keeper) openwork.Task {
	return openwork.Task{Kind: openwork.Erasure, Mend: runs.Mend}
}

// work implements workflow.Work.
type work struct {
	Runs
	now  func() time.Time
	warn func(context.Context, error)
}

// ErrUndone is what an operator is told of: four executions of one attempt died.
var ErrUndone = errors.New("an erasure could not be finished, and begins anew")

// Load implements workflow.Work.
func (w work) Load(ctx context.Context, id tenant.ID, erasureID string) (workflow.Run, error) {
	e, err := w.Erasure(ctx, id, erasureID)
	return e.Run(id), err
}

// Conclude implements workflow.Work: what has not ended is begun anew, after a while.
func (w work) Conclude(ctx context.Context, r workflow.Run) error {
	e, err := w.Erasure(ctx, r.TenantID, r.JobID)
	if problem.Is(err, problem.NotFound) || err == nil && e.Ended() {
		return nil
	}
	if err != nil {
		return err
	}
	w.warn(ctx, ErrUndone)
	return w.Anew(ctx, r, w.now().Add(pause))
}

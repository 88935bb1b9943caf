package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Keeper sees to it that no run of one machine stays open for ever.
type Keeper struct {
	Machine  Machine
	Work     Work
	Lease    time.Duration // how long a run without a sign of life is taken to be alive
	Restarts int           // how often an attempt whose execution died is begun again
	Now      func() time.Time
	Warn     func(context.Context, error)
}

// Mend looks at one overdue run. It is an openwork.Mender.
func (k Keeper) Mend(ctx context.Context, id tenant.ID, jobID string) error {
	r, err := k.Work.Load(ctx, id, jobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || r.Ended || r.DueAt.After(k.Now()) {
		return err
	}
	state, err := k.Machine.State(ctx, r.Execution())
	if err != nil {
		return err
	}
	switch state {
	case Absent: // admitted, and never started
		if err := k.Machine.Start(ctx, r.Execution(), r.Input); err != nil {
			return err
		}
		return k.postpone(ctx, r)
	case Succeeded:
		return k.Work.Conclude(ctx, r)
	case Running:
		if r.Waiting {
			// It waits for its first step, not for a step's sign of life. Should
			// it wait for ever, the machine's own time limit ends it.
			return k.postpone(ctx, r)
		}
	}
	return k.restart(ctx, r)
}

func (k Keeper) postpone(ctx context.Context, r Run) error {
	return k.Work.Postpone(ctx, r, k.Now().Add(k.Lease))
}

// restart replaces an execution that died, or that runs without any sign of life.
func (k Keeper) restart(ctx context.Context, r Run) error {
	if r.Restarts >= k.Restarts {
		return k.Work.Conclude(ctx, r)
	}
	mine, err := k.Work.Replace(ctx, r, k.Now().Add(k.Lease))
	if err != nil || !mine {
		return err
	}
	// Should this process die here, the sweeper finds the new execution absent.
	if err := k.Machine.Stop(ctx, r.Execution()); err != nil {
		k.Warn(ctx, fmt.Errorf("stop execution: %w", err))
	}
	r.Restarts++
	return k.Machine.Start(ctx, r.Execution(), r.Input)
}

// Died restarts or ends the run of an execution that failed, timed out or was
// aborted. Executions that are not the run's present one do not matter.
func (k Keeper) Died(ctx context.Context, execution string, in Input) error {
	if !in.valid() || !strings.HasPrefix(execution, in.JobID) {
		return problem.New(problem.InvalidInput, "The event names no run.")
	}
	ctx = tenant.WithTenant(ctx, in.TenantID)
	r, err := k.Work.Load(ctx, in.TenantID, in.JobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || r.Ended || r.Execution() != execution {
		return err
	}
	return k.restart(ctx, r)
}

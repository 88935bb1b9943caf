package render

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// maxRestarts is how often an attempt whose execution died is begun again.
const maxRestarts = 3

// Keeper sees to it that no job, no preview and no reservation stays open for ever.
type Keeper struct {
	Settler
	Images ImageStore
	Files  Files
	Runs   workflow.Keeper // of the jobs' executions, by NewRuns
}

// Tasks are what the sweeper has to do here. Jobs come last: a half of the time
// is theirs, and whatever the others leave of the other half.
func (k Keeper) Tasks() []openwork.Task {
	return []openwork.Task{
		{Kind: openwork.Image, Mend: k.MendImage},
		{Kind: openwork.VideoDeletion, Mend: k.finishVideoDeletion},
		{Kind: openwork.ImageDeletion, Mend: k.finishImageDeletion},
		{Kind: openwork.Leftovers, Mend: k.clearLeftovers},
		{Kind: openwork.Render, Mend: k.Runs.Mend, Part: 0.5},
	}
}

// NewRuns makes the keeper of the render workflow.
func NewRuns(s Settler, machine workflow.Machine, warn func(context.Context, error)) workflow.Keeper {
	work := workflow.Stored{Store: s.jobs, Changed: metering.ErrChanged, Read: s.run, End: s.interrupted}
	return workflow.Keeper{Machine: machine, Work: work, Lease: lease, Restarts: maxRestarts, Now: s.now, Warn: warn}
}

func (s Settler) run(ctx context.Context, id tenant.ID, jobID string) (workflow.Run, error) {
	j, err := s.jobs.Job(ctx, id, jobID)
	return j.Run(id), err
}

// interrupted ends an attempt that will not go on.
func (s Settler) interrupted(ctx context.Context, r workflow.Run) error {
	j, err := s.jobs.Job(ctx, r.TenantID, r.JobID)
	if err == nil {
		_, err = s.Fail(ctx, r.TenantID, r.JobID, r.Attempt, FailureOf(j, string(problem.RenderInterrupted)))
	}
	return err
}

// MendImage settles a preview whose function died, by whether its picture is there.
func (k Keeper) MendImage(ctx context.Context, id tenant.ID, imageID string) error {
	image, err := k.Images.OpenImage(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || image.Settled {
		return err
	}
	var made bool
	if image.Stored, made, err = k.Files.Size(ctx, id, image.Object); err != nil {
		return err
	}
	return ignoreChanged(settleImage(ctx, k.Images, id, image, made, k.now()))
}

// ignoreChanged: when another process was faster, the work is done.
func ignoreChanged(err error) error {
	if errors.Is(err, metering.ErrChanged) {
		return nil
	}
	return err
}

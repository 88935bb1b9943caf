package render

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/workflow"
)

// SettleResult is what the execution ends with.
type SettleResult struct {
	Status Status `json:"status"`
}

// SettleStep ends an attempt and clears up behind it.
type SettleStep struct {
	Settler
	Files Files
}

// Run may be repeated. The parts of a finished video go; those of a failed one
// stay for a retry.
func (s SettleStep) Run(ctx context.Context, in workflow.Ending) (SettleResult, error) {
	return workflow.Step(ctx, in, s.conclude)
}

func (s SettleStep) conclude(ctx context.Context, in workflow.Ending) (SettleResult, error) {
	var j Job
	var err error
	if in.Error == nil {
		j, err = s.Succeed(ctx, in.TenantID, in.JobID, in.Attempt)
	} else if j, err = s.jobs.Job(ctx, in.TenantID, in.JobID); err == nil {
		j, err = s.Fail(ctx, in.TenantID, in.JobID, in.Attempt, FailureOf(j, in.Error.Error))
	}
	if err != nil {
		return SettleResult{}, err
	}
	if j.Status == Succeeded && j.Attempt == in.Attempt {
		if err := s.Files.RemoveAll(ctx, in.TenantID, partsPrefix(in.JobID)); err != nil {
			return SettleResult{}, err
		}
	}
	return SettleResult{Status: j.Status}, nil
}

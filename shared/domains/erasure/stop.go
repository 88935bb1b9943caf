package erasure

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// StopRender cancels a render: it is paid for what is made. Its execution is stopped
// after that, because one that dies before is begun again.
func StopRender(s render.Settler, machine workflow.Machine) Stop {
	return func(ctx context.Context, id tenant.ID, jobID string) error {
		j, err := s.Cancel(ctx, id, jobID)
		if problem.Is(err, problem.NotFound) || problem.Is(err, problem.JobNotCancelable) {
			return nil
		}
		if err != nil {
			return err
		}
		return machine.Stop(ctx, j.Run(id).Execution())
	}
}

// StopPublish ends a publication, also one whose last byte is on its way: what became
// of that is at the person's own channel.
func StopPublish(s publish.Settler, machine workflow.Machine) Stop {
	return func(ctx context.Context, id tenant.ID, jobID string) error {
		j, err := s.Store.Publication(ctx, id, jobID)
		if err == nil {
			j, err = s.Fail(ctx, id, jobID, j.Attempt, render.Failure{Code: problem.Canceled, Detail: "The account is being erased."})
		}
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return machine.Stop(ctx, j.Run(id).Execution())
	}
}

// StopExport ends an export: what it has written is removed with the account's
// objects.
func StopExport(s export.Settler, machine workflow.Machine) Stop {
	return func(ctx context.Context, id tenant.ID, exportID string) error {
		e, err := s.Store.Export(ctx, id, exportID)
		if err == nil {
			e, err = s.Fail(ctx, e.Run(id).Input, problem.Canceled)
		}
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return machine.Stop(ctx, e.Run(id).Execution())
	}
}

package render

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Plan is what the state machine maps over. Both lists hold ids only.
type Plan struct {
	WorkflowInput
	Scenes []StepInput `json:"scenes"` // each needs a picture, a voice and its body
	Joins  []StepInput `json:"joins"`  // the title card and the fades, once the scenes are there
}

// PlanStep begins an attempt.
type PlanStep struct{ Worker }

// Run marks the job as running and lists what there is to do. What an earlier
// attempt finished is listed too; its steps find it and pass. Errors: Canceled
// when the attempt is over.
func (s PlanStep) Run(ctx context.Context, in WorkflowInput) (Plan, error) {
	if !tenant.ValidID(string(in.TenantID)) || !tenant.ValidID(in.JobID) {
		return Plan{}, problem.New(problem.InvalidInput, "The step was given no valid ids.")
	}
	ctx = tenant.WithTenant(ctx, in.TenantID)
	now := s.Now().UTC()
	if err := s.Jobs.BeginJob(ctx, in.TenantID, in.JobID, in.Attempt, now, now.Add(lease)); err != nil {
		return Plan{}, err
	}
	j, err := s.current(ctx, StepInput{WorkflowInput: in})
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{WorkflowInput: in, Joins: []StepInput{{WorkflowInput: in, Scene: 0, Kind: BodyPart}}}
	for scene := 1; scene <= j.Scenes; scene++ {
		plan.Scenes = append(plan.Scenes, StepInput{WorkflowInput: in, Scene: scene, Kind: BodyPart})
		plan.Joins = append(plan.Joins, StepInput{WorkflowInput: in, Scene: scene - 1, Kind: FadePart})
	}
	return plan, nil
}

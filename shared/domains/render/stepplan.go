package render

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Plan is what the state machine maps over. Both lists hold ids only.
type Plan struct {
	workflow.Input
	Scenes []StepInput `json:"scenes"` // each needs a picture, a voice and its body
	Joins  []StepInput `json:"joins"`  // the title card and the fades, once the scenes are there
}

// PlanStep begins an attempt.
type PlanStep struct{ Worker }

// Run marks the job as running and lists what there is to do. What an earlier
// attempt finished is listed too; its steps find it and pass. Errors: Canceled
// when the attempt is over.
func (s PlanStep) Run(ctx context.Context, in workflow.Input) (Plan, error) {
	return workflow.Step(ctx, in, s.plan)
}

func (s PlanStep) plan(ctx context.Context, in workflow.Input) (Plan, error) {
	now := s.Now().UTC()
	if err := s.Jobs.BeginJob(ctx, in.TenantID, in.JobID, in.Attempt, now, now.Add(lease)); err != nil {
		return Plan{}, err
	}
	j, err := s.current(ctx, StepInput{Input: in})
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Input: in, Joins: []StepInput{{Input: in, Scene: 0, Kind: BodyPart}}}
	for scene := 1; scene <= j.Scenes; scene++ {
		plan.Scenes = append(plan.Scenes, StepInput{Input: in, Scene: scene, Kind: BodyPart})
		plan.Joins = append(plan.Joins, StepInput{Input: in, Scene: scene - 1, Kind: FadePart})
	}
	return plan, nil
}

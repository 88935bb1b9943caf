package render

import (
	"context"
	"fmt"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Plan is what the state machine maps over. Both lists hold ids only.
type Plan struct {
	workflow.Input
	Scenes []StepInput `json:"scenes"` // each needs a picture, a voice and its body
	Joins  []StepInput `json:"joins"`  // the title card and the fades, once the scenes are there
}

// PlanStep begins an attempt.
type PlanStep struct {
	Worker
	Voices []voice.Voice                      // that there are, for the warnings
	Stock  script.Stock                       // of fonts, for the same
	Gone   func(fonts []script.Font) []string // names those that ought to be in the renderer and are not; may be nil
}

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
	if err := s.look(ctx, in); err != nil {
		return Plan{}, err
	}
	plan := Plan{Input: in, Joins: []StepInput{{Input: in, Scene: 0, Kind: BodyPart}}}
	for scene := 1; scene <= j.Scenes; scene++ {
		plan.Scenes = append(plan.Scenes, StepInput{Input: in, Scene: scene, Kind: BodyPart})
		plan.Joins = append(plan.Joins, StepInput{Input: in, Scene: scene - 1, Kind: FadePart})
	}
	return plan, nil
}

// look records on the job what its quote warned of, and refuses a text that the
// renderer has not the fonts for: before anything is made, and paid for.
func (s PlanStep) look(ctx context.Context, in workflow.Input) error {
	source, err := s.Jobs.Source(ctx, in.TenantID, in.JobID)
	if err != nil {
		return err
	}
	if s.Gone != nil {
		if gone := s.Gone(source.Fonts(s.Voices, s.Stock)); len(gone) > 0 {
			err := problem.New(problem.EncodeFailed, fmt.Sprintf("The renderer lacks a font that the text needs: %s. Nothing was charged.", strings.Join(gone, ", ")))
			s.trouble(ctx, StepInput{Input: in}, err)
			return err
		}
	}
	for _, w := range source.Warnings(s.Voices, s.Stock) {
		if err := s.Jobs.RecordWarning(ctx, in.TenantID, in.JobID, in.Attempt, w); err != nil {
			return err
		}
	}
	return nil
}

// Package workflow_test adds a workflow of its own, as an export or an erasure
// will be added: a kind of open work, two steps, and the port that keeps its
// runs. Nothing of the mechanism is written for it.
package workflow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// bookKind is the line that openwork will have of a kind.
const bookKind openwork.Kind = "BOOK"

// book is the item that a run works on.
type book struct {
	run    workflow.Run
	pages  []string // by the first step
	bound  bool     // by the second
	failed bool
}

// shelf keeps books. It implements workflow.Work and openwork.Index.
type shelf struct {
	books map[string]*book
}

func (s *shelf) Load(_ context.Context, id tenant.ID, jobID string) (workflow.Run, error) {
	b, ok := s.books[jobID]
	if !ok || b.run.TenantID != id {
		return workflow.Run{}, problem.New(problem.NotFound, "There is no such book.")
	}
	return b.run, nil
}

func (s *shelf) Postpone(_ context.Context, r workflow.Run, due time.Time) error {
	if b := s.books[r.JobID]; !b.run.Ended && b.run.Execution() == r.Execution() {
		b.run.DueAt = due
	}
	return nil
}

func (s *shelf) Replace(_ context.Context, r workflow.Run, due time.Time) (bool, error) {
	b := s.books[r.JobID]
	if b.run.Ended || b.run.Execution() != r.Execution() {
		return false, nil
	}
	b.run.Restarts++
	b.run.DueAt = due
	return true, nil
}

func (s *shelf) Conclude(_ context.Context, r workflow.Run) error {
	b := s.books[r.JobID]
	b.run.Ended, b.failed = true, !b.bound
	return nil
}

func (s *shelf) Overdue(_ context.Context, kind openwork.Kind, now time.Time, _ string) (page []openwork.Entry, next string, err error) {
	for id, b := range s.books {
		if kind == bookKind && !b.run.Ended && b.run.DueAt.Before(now) {
			page = append(page, openwork.Entry{Tenant: b.run.TenantID, ID: id})
		}
	}
	return page, "", nil
}

// gather is the first step: a page for each letter that the book lacks.
func (s *shelf) gather(ctx context.Context, in workflow.Input) (workflow.Input, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (workflow.Input, error) {
		b := s.books[in.JobID]
		b.run.Waiting = false
		for _, page := range []string{"a", "b"} {
			if !slices.Contains(b.pages, page) {
				b.pages = append(b.pages, page)
			}
		}
		return in, scoped(ctx, in)
	})
}

// bindInput is what the second step is told, by embedding what every step is.
type bindInput struct {
	workflow.Input
	Cover string `json:"cover"`
}

func (s *shelf) bind(ctx context.Context, in bindInput) (struct{}, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in bindInput) (struct{}, error) {
		b := s.books[in.JobID]
		b.bound, b.run.Ended = true, true
		return struct{}{}, scoped(ctx, in.Input)
	})
}

// scoped says that a step works in the scope of its run's tenant.
func scoped(ctx context.Context, in workflow.Input) error {
	if got := tenant.ScopeFrom(ctx); got != (tenant.Scope{Tenant: in.TenantID, Reach: tenant.ReachTenant}) {
		return fmt.Errorf("the step works in the scope %+v", got)
	}
	return nil
}

// press is the state machine of books in one process. It implements
// workflow.Machine; work and kill are what happens to an execution meanwhile.
type press struct {
	shelf  *shelf
	states map[string]workflow.State
	inputs map[string]workflow.Input
	down   bool
}

func (p *press) Start(_ context.Context, execution string, in workflow.Input) error {
	if p.down {
		return problem.New(problem.Unavailable, "down")
	}
	if p.states[execution] == workflow.Absent {
		p.states[execution], p.inputs[execution] = workflow.Running, in
	}
	return nil
}

func (p *press) Stop(_ context.Context, execution string) error {
	if p.states[execution] == workflow.Running {
		p.states[execution] = workflow.Died
	}
	return nil
}

func (p *press) State(_ context.Context, execution string) (workflow.State, error) {
	return p.states[execution], nil
}

// work does so many steps of an execution. What a step is told has been JSON.
func (p *press) work(ctx context.Context, execution string, steps int) error {
	var in bindInput
	if err := json.Unmarshal(encode(p.inputs[execution]), &in); err != nil || p.states[execution] != workflow.Running {
		return fmt.Errorf("%s cannot go on: %d %w", execution, p.states[execution], err)
	}
	if _, err := p.shelf.gather(ctx, in.Input); err != nil || steps == 1 {
		return err
	}
	if _, err := p.shelf.bind(ctx, in); err != nil {
		return err
	}
	p.states[execution] = workflow.Succeeded
	return nil
}

// kill ends an execution and is the event that tells of it.
func (p *press) kill(execution string) workflow.StatusEvent {
	p.states[execution] = workflow.Died
	return eventOf(pressARN, execution, p.inputs[execution])
}

const (
	pressARN  = "arn:aws:states:us-east-1:000000000000:stateMachine:books"
	renderARN = "arn:aws:states:us-east-1:000000000000:stateMachine:render"
)

func eventOf(machine, execution string, in workflow.Input) (e workflow.StatusEvent) {
	text := `{"detail": {"stateMachineArn": "MACHINE", "name": "NAME", "status": "FAILED", "input": INPUT}}`
	text = strings.NewReplacer("MACHINE", machine, "NAME", execution, "INPUT", string(encode(string(encode(in))))).Replace(text)
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		e.Detail.Input = err.Error()
	}
	return e
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}

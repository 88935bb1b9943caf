package publish

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Kind is what a job does.
type Kind string

// The kinds.
const (
	Renders   Kind = "render"
	Publishes Kind = "publish"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Renders, Publishes} }

// Library shows jobs of both kinds.
type Library struct {
	Renders render.Library
	Store   Store
}

// Shown is a job of either kind: exactly one of the two.
type Shown struct {
	Render      *render.Shown
	Publication *Job
}

// Get shows a job. Errors: NotFound.
func (l Library) Get(ctx context.Context, id tenant.ID, jobID string) (Shown, error) {
	return Either(
		func() (Shown, error) {
			shown, err := l.Renders.Get(ctx, id, jobID)
			return Shown{Render: &shown}, err
		},
		func() (Shown, error) {
			if !tenant.ValidID(jobID) {
				return Shown{}, noSuchJob()
			}
			j, err := l.Store.Publication(ctx, id, jobID)
			return Shown{Publication: &j}, err
		},
	)
}

// Either does what is asked of a job to a render, or to a publication when there
// is no such render.
func Either[T any](asRender, asPublication func() (T, error)) (T, error) {
	out, err := asRender()
	if problem.Is(err, problem.NotFound) && !errors.Is(err, tenant.ErrGone) {
		return asPublication()
	}
	return out, err
}

// List shows a page of jobs of both kinds, newest first, after the given id.
func (l Library) List(ctx context.Context, id tenant.ID, limit int, after string) ([]Shown, string, error) {
	jobs, next, err := l.Store.Both(ctx, id, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]Shown, 0, len(jobs))
	for _, j := range jobs {
		if j.Render == nil {
			page = append(page, Shown{Publication: j.Publication})
			continue
		}
		shown, err := l.Renders.Show(ctx, id, *j.Render)
		if err != nil {
			return nil, "", err
		}
		page = append(page, Shown{Render: &shown})
	}
	return page, next, nil
}

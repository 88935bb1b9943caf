package project

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// A draft's previews go with it. The transaction that removes the draft leaves a
// departure in its place, which is open work until each of them has gone, or is
// known to stay (docs/adr/0025).

// Departures keeps what deleted drafts leave. Every method touches the tenant's
// own partition only.
type Departures interface {
	// DeleteProject removes a draft and leaves its departure, which is the
	// sweeper's from due on. Errors: NotFound, unless the departure is open still.
	DeleteProject(ctx context.Context, id tenant.ID, projectID string, due time.Time) error
	// Departure reads which previews the draft showed. Errors: NotFound, once it
	// has ended.
	Departure(ctx context.Context, id tenant.ID, projectID string) (shown map[string]bool, err error)
	// Left lists the previews that were made for a draft or are among the shown,
	// but for those that failed.
	Left(ctx context.Context, id tenant.ID, projectID string, shown map[string]bool) ([]render.Image, error)
	// InUse reads which drafts there are, and what they and unfinished renders show.
	InUse(ctx context.Context, id tenant.ID) (Uses, error)
	// PostponeDeparture makes an open departure due at a later time.
	PostponeDeparture(ctx context.Context, id tenant.ID, projectID string, due time.Time) error
	// EndDeparture removes a departure; an absent one does not matter.
	EndDeparture(ctx context.Context, id tenant.ID, projectID string) error
}

// Uses are ids: of drafts, and of the previews that something shows.
type Uses struct {
	Projects map[string]bool
	Drafts   map[string]bool // previews that a scene of a draft shows
	Renders  map[string]bool // previews that a render that has not ended shows
}

const (
	// departureGrace is after how long the sweeper goes on with a departure.
	departureGrace = time.Minute
	// departureWait is after how long it looks again at what cannot go yet.
	departureWait = 5 * time.Minute
	// departuresAtOnce bounds how many previews one call or mending deletes; the
	// next goes on.
	departuresAtOnce = 50
)

// Remover deletes drafts with their previews.
type Remover struct {
	store Departures
	album render.Album
	now   func() time.Time
	warn  func(context.Context, error)
}

// NewRemover makes a Remover. warn hears of what is left to the sweeper.
func NewRemover(store Departures, album render.Album, now func() time.Time, warn func(context.Context, error)) Remover {
	return Remover{store: store, album: album, now: now, warn: warn}
}

// Task is what the sweeper has to do here.
func (r Remover) Task() openwork.Task { return openwork.Task{Kind: openwork.Departure, Mend: r.Finish} }

// Delete removes a draft. Its jobs stay: each holds its own copy. Its previews go,
// now or, after a failure, with the sweeper. Errors: NotFound, also the second
// time, unless the first is still at work.
func (r Remover) Delete(ctx context.Context, id tenant.ID, projectID string) error {
	if !tenant.ValidID(projectID) {
		return NotFound()
	}
	if err := r.store.DeleteProject(ctx, id, projectID, r.now().Add(departureGrace)); err != nil {
		return err
	}
	// The draft is gone, so the caller hears so, also when the rest must be left
	// to the sweeper.
	if err := r.Finish(ctx, id, projectID); err != nil {
		r.warn(ctx, fmt.Errorf("delete a draft's previews: %w", err))
	}
	return nil
}

// Finish goes on with a departure.
func (r Remover) Finish(ctx context.Context, id tenant.ID, projectID string) error {
	shown, err := r.store.Departure(ctx, id, projectID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	left, err := r.store.Left(ctx, id, projectID, shown)
	if err != nil {
		return err
	}
	outcome := gone
	if len(left) > 0 {
		if outcome, err = r.clear(ctx, id, projectID, left); err != nil {
			return err
		}
	}
	switch outcome {
	case waiting:
		return r.store.PostponeDeparture(ctx, id, projectID, r.now().Add(departureWait))
	case more:
		return nil // due as it is
	}
	return r.store.EndDeparture(ctx, id, projectID)
}

// outcome is what has become of a departure's previews.
type outcome int

const (
	gone    outcome = iota // each has gone or stays
	waiting                // some cannot go yet
	more                   // some were not looked at
)

// clear deletes what nothing else needs.
func (r Remover) clear(ctx context.Context, id tenant.ID, projectID string, left []render.Image) (outcome, error) {
	uses, err := r.store.InUse(ctx, id)
	if err != nil {
		return more, err
	}
	found, deleted := gone, 0
	var failed []error
	for _, image := range left {
		switch {
		case uses.Drafts[image.ID], image.ProjectID != projectID && uses.Projects[image.ProjectID]:
			continue // another draft's
		case uses.Renders[image.ID]:
			found = waiting
			continue
		case deleted == departuresAtOnce:
			return more, errors.Join(failed...)
		}
		deleted++
		switch err := r.album.Delete(ctx, id, image.ID); {
		case problem.Is(err, problem.Conflict): // being made
			found = waiting
		case err != nil && !problem.Is(err, problem.NotFound): // somebody was faster
			failed = append(failed, err) // one that fails each time must not keep the others
		}
	}
	return found, errors.Join(failed...)
}

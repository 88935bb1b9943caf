package storage

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Event is EventBridge's "Object Created" and "Object Deleted", as far as it
// matters here: events come twice, late and in any order, so that neither which
// of the two it was nor the size that it tells is asked.
type Event struct {
	Detail struct {
		Object struct {
			Key string `json:"key"`
		} `json:"object"`
	} `json:"detail"`
}

// Corrector keeps what is counted to what is there.
type Corrector struct {
	store Store
	files Files
	now   func() time.Time
}

// NewCorrector makes a Corrector.
func NewCorrector(store Store, files Files, now func() time.Time) Corrector {
	return Corrector{store: store, files: files, now: now}
}

// Handle measures what the object of an event belongs to, and corrects what is
// counted of it.
func (c Corrector) Handle(ctx context.Context, e Event) error {
	if e.Detail.Object.Key == "" {
		return problem.New(problem.InvalidInput, "The event names no object.")
	}
	at, counts := placeOf(e.Detail.Object.Key)
	if !counts {
		return nil
	}
	return c.reconcile(tenant.WithTenant(ctx, at.tenant), at)
}

// correctTries bounds how often a correction starts over because the subject
// changed between reading and writing it.
const correctTries = 5

// reconcile removes an object that nobody needs, and counts one that a settled
// subject has.
func (c Corrector) reconcile(ctx context.Context, at place) error {
	for range correctTries {
		h, err := c.store.Holding(ctx, at.tenant, at.subject)
		switch {
		case err != nil:
			return err
		case at.incoming && h.Open:
			return nil // its completion is still to come
		case at.incoming, at.subject.Kind == Upload && !h.Settled && !h.Open:
			// Posted again, or too late; or copied by a completion that lost
			// against a deletion. Nobody needs it.
			return c.remove(ctx, at)
		case !h.Settled:
			return nil
		}
		if err = c.correct(ctx, at, h); !errors.Is(err, metering.ErrChanged) {
			return err
		}
	}
	return problem.New(problem.Unavailable, "The object's owner is being changed all the time.")
}

// remove deletes what is there. In a bucket that keeps versions, deleting what is
// not leaves one more mark of deletion, whose event leads here again: for ever.
func (c Corrector) remove(ctx context.Context, at place) error {
	_, there, err := c.files.Size(ctx, at.tenant, at.name)
	if err != nil || !there {
		return err
	}
	return c.files.Remove(ctx, at.tenant, at.name)
}

// correct measures a settled subject and counts the difference, if there is one.
func (c Corrector) correct(ctx context.Context, at place, h Holding) error {
	var found int64
	for _, name := range at.subject.Objects() {
		size, _, err := c.files.Size(ctx, at.tenant, name)
		if err != nil {
			return err
		}
		found += size
	}
	if found == h.Stored {
		return nil
	}
	row := metering.Correct(at.subject.ID, h.Corrections+1, h.Stored, found, c.now().UTC().Truncate(time.Millisecond))
	return c.store.Correct(ctx, at.tenant, at.subject, h, found, row)
}

package storage

import (
	"context"
	"errors"
	"fmt"
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
	store  Store
	files  Files
	traces Traces
	kept   func(ctx context.Context, id tenant.ID)
	now    func() time.Time
}

// NewCorrector makes a Corrector. kept is told of a file whose account is not there,
// and of which no erasure is known.
func NewCorrector(store Store, files Files, traces Traces, now func() time.Time, kept func(context.Context, tenant.ID)) Corrector {
	return Corrector{store: store, files: files, traces: traces, now: now, kept: kept}
}

// Handle measures what the object of an event belongs to, and corrects what is
// counted of it.
func (c Corrector) Handle(ctx context.Context, e Event) error {
	if e.Detail.Object.Key == "" {
		return problem.New(problem.InvalidInput, "The event names no object.")
	}
	owner, name, owned := tenant.ReadObjectKey(e.Detail.Object.Key)
	if !owned {
		return nil
	}
	ctx = tenant.WithTenant(ctx, owner)
	// An account that is being erased is still there: its own erasure looks once more.
	switch gone, err := c.store.Gone(ctx, owner); {
	case err != nil:
		return err
	case gone:
		return c.late(ctx, owner, name)
	}
	at, counts := placeOf(e.Detail.Object.Key)
	if !counts {
		return nil
	}
	return c.reconcile(ctx, at)
}

// late removes for good what came after its account had been erased: a form that was
// posted in time may take longer than the erasure waits. A deletion raises an event as
// well, which finds nothing. An account that is not there and was not erased is one
// that a table lost, by a restore to before its sign-up as an example: its files stay,
// and an operator hears of it.
func (c Corrector) late(ctx context.Context, id tenant.ID, name string) error {
	erased, err := c.traces.Erased(ctx, id)
	if err != nil {
		return fmt.Errorf("look for the account's erasure: %w", err)
	}
	if !erased {
		c.kept(ctx, id)
		return nil
	}
	if err := c.files.RemoveForGood(ctx, id, name); err != nil {
		return fmt.Errorf("remove what came late: %w", err)
	}
	return nil
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

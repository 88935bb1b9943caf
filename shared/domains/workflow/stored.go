package workflow

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Moves are the two writes of a store that moves a run if it is as it was read.
type Moves interface {
	// Postpone moves the due time.
	Postpone(ctx context.Context, r Run, due time.Time) error
	// Replace counts a restart of r.Execution(), and moves the due time.
	Replace(ctx context.Context, r Run, due time.Time) error
}

// Stored is the Work of a domain with such a store.
type Stored struct {
	Store   Moves
	Changed error // of the store: another process was faster, so that the work is done
	Read    func(ctx context.Context, id tenant.ID, jobID string) (Run, error)
	End     func(ctx context.Context, r Run) error
}

// Load implements Work.
func (s Stored) Load(ctx context.Context, id tenant.ID, jobID string) (Run, error) {
	return s.Read(ctx, id, jobID)
}

// Postpone implements Work.
func (s Stored) Postpone(ctx context.Context, r Run, due time.Time) error {
	return s.unlessChanged(s.Store.Postpone(ctx, r, due))
}

// Replace implements Work.
func (s Stored) Replace(ctx context.Context, r Run, due time.Time) (bool, error) {
	err := s.Store.Replace(ctx, r, due)
	return err == nil, s.unlessChanged(err)
}

// Conclude implements Work.
func (s Stored) Conclude(ctx context.Context, r Run) error { return s.End(ctx, r) }

func (s Stored) unlessChanged(err error) error {
	if errors.Is(err, s.Changed) {
		return nil
	}
	return err
}

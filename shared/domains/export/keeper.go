package export

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// maxRestarts is how often an export whose execution died is begun again.
const maxRestarts = 3

// NewRuns makes the keeper of the export workflow.
func NewRuns(s Settler, machine workflow.Machine, warn func(context.Context, error)) workflow.Keeper {
	return workflow.Keeper{Machine: machine, Work: attempts{s}, Lease: lease, Restarts: maxRestarts, Now: s.Now, Warn: warn}
}

// attempts are the runs of the export workflow. It implements workflow.Work.
type attempts struct{ Settler }

// Load implements workflow.Work.
func (a attempts) Load(ctx context.Context, id tenant.ID, exportID string) (workflow.Run, error) {
	e, err := a.Store.Export(ctx, id, exportID)
	return e.Run(id), err
}

// Postpone implements workflow.Work.
func (a attempts) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	return ignoreChanged(a.Store.Postpone(ctx, r, due))
}

// Replace implements workflow.Work.
func (a attempts) Replace(ctx context.Context, r workflow.Run, due time.Time) (bool, error) {
	err := a.Store.Replace(ctx, r, due)
	return err == nil, ignoreChanged(err)
}

// Conclude implements workflow.Work.
func (a attempts) Conclude(ctx context.Context, r workflow.Run) error {
	_, err := a.Fail(ctx, r.Input, problem.Internal)
	return err
}

// ignoreChanged: when another process was faster, the work is done.
func ignoreChanged(err error) error {
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

// Keeper clears away what exports leave behind, and their archives when their time
// has come.
type Keeper struct {
	Store Store
	Files Files
	Now   func() time.Time
}

// Tasks are what the sweeper has to do here.
func (k Keeper) Tasks(runs workflow.Keeper) []openwork.Task {
	return []openwork.Task{{Kind: openwork.Export, Mend: runs.Mend}, {Kind: openwork.ExportEnd, Mend: k.Mend}}
}

// Mend clears an ended export, or removes its archive. It is an openwork.Mender.
func (k Keeper) Mend(ctx context.Context, id tenant.ID, exportID string) error {
	e, err := k.Store.Export(ctx, id, exportID)
	switch {
	case problem.Is(err, problem.NotFound):
		return nil
	case err != nil || !e.Status.Ended() || e.Over || e.DueAt.After(k.Now()):
		return err
	case !e.Cleared:
		return k.clear(ctx, id, e)
	}
	if err := k.remove(ctx, id, e, ""); err != nil {
		return err
	}
	return k.Store.Over(ctx, id, e.ID, k.Now().Add(shownFor))
}

// clear removes what an ended export was made from.
func (k Keeper) clear(ctx context.Context, id tenant.ID, e Export) error {
	if e.Cleared || !e.Status.Ended() {
		return nil
	}
	but, due := Archive(e.ID), e.ExpiresAt
	if e.Status == Failed {
		but, due = "", e.FinishedAt.Add(afterwards)
	}
	if err := k.remove(ctx, id, e, but); err != nil {
		return err
	}
	return k.Store.Cleared(ctx, id, e.ID, due)
}

func (k Keeper) remove(ctx context.Context, id tenant.ID, e Export, but string) error {
	if err := k.Files.EndUploads(ctx, id, Folder(e.ID)); err != nil {
		return err
	}
	return k.Files.RemoveBelow(ctx, id, Folder(e.ID), but)
}

package export

import (
	"context"
	"fmt"
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
	work := workflow.Stored{Store: s.Store, Changed: ErrChanged, Read: s.run, End: interrupted{s, machine, warn}.end}
	return workflow.Keeper{Machine: machine, Work: work, Lease: lease, Restarts: maxRestarts, Now: s.Now, Warn: warn}
}

func (s Settler) run(ctx context.Context, id tenant.ID, exportID string) (workflow.Run, error) {
	e, err := s.Store.Export(ctx, id, exportID)
	return e.Run(id), err
}

// interrupted ends exports that will not go on.
type interrupted struct {
	Settler
	machine workflow.Machine
	warn    func(context.Context, error)
}

func (i interrupted) end(ctx context.Context, r workflow.Run) error {
	e, err := i.Fail(ctx, r.Input, problem.Internal)
	if err != nil {
		return err
	}
	if err := owed(ctx, i.machine, r.TenantID, e); err != nil { // Keeper.Mend asks again
		i.warn(ctx, fmt.Errorf("have a failed export told of: %w", err))
	}
	return nil
}

// owed has the workflow tell who asked of a failed export, where it did not: it may
// read addresses and send mail, and the sweeper may not. An execution of an export that
// has ended does nothing but what its last step still has to; it is started once.
func owed(ctx context.Context, machine workflow.Machine, id tenant.ID, e Export) error {
	if e.Told || e.Status != Failed || e.Failure == string(problem.Canceled) {
		return nil
	}
	run := e.Run(id)
	return machine.Start(ctx, run.Execution()+"-told", run.Input)
}

// Keeper clears away what exports leave behind, and their archives when their time
// has come.
type Keeper struct {
	Store Store
	Files Files
	Now   func() time.Time

	machine workflow.Machine // of the sweeper's
}

// Tasks are what the sweeper has to do here.
func (k Keeper) Tasks(runs workflow.Keeper) []openwork.Task {
	k.machine = runs.Machine
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
	if k.machine != nil {
		if err := owed(ctx, k.machine, id, e); err != nil {
			return err
		}
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

package upload

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// deletionGrace is after how long the sweeper finishes a deletion.
const deletionGrace = time.Minute

// Delete removes an upload in three steps, as deleting a preview does: the mark,
// the objects, what it held of the quota. A deletion that dies on its way is
// finished by the sweeper, or by deleting again. Errors: NotFound.
func (s Shelf) Delete(ctx context.Context, id tenant.ID, uploadID string) error {
	if !tenant.ValidID(uploadID) {
		return NoSuchUpload()
	}
	u, err := s.store.ForgetUpload(ctx, id, uploadID, s.now().Add(deletionGrace))
	if err != nil {
		return err
	}
	return s.drop(ctx, id, u)
}

// FinishUploadDeletion goes on with a deletion that was begun.
func (s Shelf) FinishUploadDeletion(ctx context.Context, id tenant.ID, uploadID string) error {
	u, err := s.store.Upload(ctx, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || !u.Deleted {
		return err
	}
	return s.drop(ctx, id, u)
}

// drop removes a marked upload's objects and gives back what it holds.
func (s Shelf) drop(ctx context.Context, id tenant.ID, u Upload) error {
	if err := s.files.Remove(ctx, id, IncomingObject(u.ID), keptObject(u.ID)); err != nil {
		return err
	}
	return ignoreChanged(s.store.ReleaseUpload(ctx, id, u, heldBy(u, s.now().UTC().Truncate(time.Millisecond))))
}

// heldBy is the row that gives back what an upload holds of the quota: all that
// is reserved for an open one, the storage of a ready one.
func heldBy(u Upload, at time.Time) metering.Row {
	if u.Status.Open() {
		return metering.Settle(u.Period, u.ID, 1, u.Reserved, metering.Amounts{}, at)
	}
	return metering.Release(u.ID, u.Stored, at)
}

// ignoreChanged: when another process was faster, the work is done.
func ignoreChanged(err error) error {
	if errors.Is(err, metering.ErrChanged) {
		return nil
	}
	return err
}

package upload

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// A file arrives in incoming/, where its form can be posted again. It is looked
// at there, copied as it was looked at to where nobody can post, and settled by
// the copy. Each step may be repeated, by whoever comes after.

// completeTries bounds how often a completion starts over because the file was
// posted again, or another call was faster.
const completeTries = 4

// errEnded says that the upload had become ready or rejected before this call
// could settle it.
var errEnded = errors.New("upload: ended before")

// Inspector completes uploads.
type Inspector struct {
	store Store
	files Files
	now   func() time.Time
	warn  func(context.Context, error)
}

// NewInspector makes an Inspector. warn hears of failures that do not matter to
// the caller.
func NewInspector(store Store, files Files, now func() time.Time, warn func(context.Context, error)) Inspector {
	return Inspector{store: store, files: files, now: now, warn: warn}
}

// Complete looks at the file that has arrived, and keeps or rejects it. Doing so
// again answers the same. Errors: NotFound, UploadMissing while nothing has
// arrived, UploadRejected; with a claim also *idempotency.Replay of the upload,
// IdempotencyKeyReused.
func (s Inspector) Complete(ctx context.Context, id tenant.ID, uploadID string, claim idempotency.Claim) (Shown, error) {
	u, err := present(ctx, s.store, id, uploadID)
	if err == nil {
		u, err = s.complete(ctx, id, u, claim)
	}
	err = idempotency.Explain(ctx, s.store, id, claim, s.now(), err)
	if err != nil && !errors.Is(err, errEnded) {
		return Shown{}, err
	}
	return show(ctx, s.files, id, u)
}

// Again answers a repeated request with the upload that the first one completed.
// Errors: NotFound when it was deleted.
func (s Inspector) Again(ctx context.Context, id tenant.ID, uploadID string) (Shown, error) {
	return NewShelf(s.store, s.files, s.now).Get(ctx, id, uploadID)
}

// MendUpload sees to an upload that is overdue: one whose file has arrived is
// completed as its owner would have done, any other is given up.
func (s Inspector) MendUpload(ctx context.Context, id tenant.ID, uploadID string) error {
	u, err := present(ctx, s.store, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || u.Status != Pending || u.DueAt.After(s.now()) {
		return err
	}
	_, err = s.complete(ctx, id, u, idempotency.Claim{})
	switch {
	case problem.Is(err, problem.UploadMissing):
		_, err = s.reject(ctx, id, u, "The file never arrived. Upload it again.")
		return ignoreChanged(err)
	case problem.Is(err, problem.UploadRejected), problem.Is(err, problem.NotFound), errors.Is(err, errEnded):
		return nil
	}
	return err
}

// GiveUp rejects a pending upload whatever has arrived of it: its account is being
// erased. One that has ended, or is gone, stays as it is.
func (s Inspector) GiveUp(ctx context.Context, id tenant.ID, uploadID string) error {
	u, err := present(ctx, s.store, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || u.Status != Pending {
		return err
	}
	_, err = s.reject(ctx, id, u, "The account is being erased.")
	return ignoreChanged(err)
}

// complete finishes a pending upload, and starts over when somebody else changed
// it or its file meanwhile. Errors: errEnded, with the upload, when it is ready by
// another call; UploadRejected, by whichever call.
func (s Inspector) complete(ctx context.Context, id tenant.ID, u Upload, claim idempotency.Claim) (Upload, error) {
	for try := 0; u.Status == Pending; try++ {
		if try == completeTries {
			return Upload{}, problem.New(problem.Unavailable, "The file is being replaced right now. Try again in a moment.")
		}
		ended, err := s.finish(ctx, id, u, claim)
		if err == nil {
			s.tidy(ctx, id, ended)
			return ended, refusalOf(ended)
		}
		if u, err = s.overtaken(ctx, id, u, err); err != nil {
			return Upload{}, err
		}
	}
	s.tidy(ctx, id, u) // whoever ended it may have died before doing so
	return u, cmp.Or(refusalOf(u), errEnded)
}

// overtaken reads an upload again whose finishing failed because it or its file
// was changed meanwhile. Errors: the failure, when it has another cause; NotFound
// when the upload was deleted.
func (s Inspector) overtaken(ctx context.Context, id tenant.ID, u Upload, failure error) (Upload, error) {
	missing := problem.Is(failure, problem.UploadMissing)
	if !missing && !errors.Is(failure, ErrReplaced) && !errors.Is(failure, metering.ErrChanged) {
		return Upload{}, failure
	}
	fresh, err := present(ctx, s.store, id, u.ID)
	switch {
	case problem.Is(err, problem.NotFound):
		u.Deleted = true // and its file may have been copied after the deletion
		s.tidy(ctx, id, u)
		return Upload{}, err
	case err != nil:
		return Upload{}, err
	case missing && fresh.Status == Pending: // its file did not go with its end: it has not arrived
		return Upload{}, failure
	}
	return fresh, nil
}

// refusalOf is what the completion of a rejected upload answers.
func refusalOf(u Upload) error {
	if u.Status != Rejected {
		return nil
	}
	return problem.New(u.Failure.Code, u.Failure.Detail)
}

// finish settles a pending upload by what has arrived.
func (s Inspector) finish(ctx context.Context, id tenant.ID, u Upload, claim idempotency.Claim) (Upload, error) {
	kept, found, err := s.keep(ctx, id, u)
	switch {
	case problem.Is(err, problem.UploadRejected):
		return s.reject(ctx, id, u, problem.From(err).Detail)
	case err != nil:
		return Upload{}, err
	}
	u.Status, u.ContentType, u.Width, u.Height = Ready, found.contentType, found.width, found.height
	u.Size, u.Stored = kept.Size, kept.Size
	used := metering.Amounts{metering.UploadsCount: 1, metering.StorageMB: kept.Size}
	return u, s.settle(ctx, id, u, used, claim)
}

// keep looks at the file and copies it to where it stays. What it answers is of
// the copy.
func (s Inspector) keep(ctx context.Context, id tenant.ID, u Upload) (Object, facts, error) {
	arrived, there, err := s.files.Find(ctx, id, IncomingObject(u.ID))
	if err != nil {
		return Object{}, facts{}, err
	}
	if !there {
		return s.keptAlready(ctx, id, u)
	}
	found, err := s.inspect(ctx, id, u, IncomingObject(u.ID), arrived)
	if err != nil {
		return Object{}, facts{}, err
	}
	// ErrReplaced: the file was posted again, or there is a copy already.
	if err := s.files.CopyNew(ctx, id, IncomingObject(u.ID), arrived, keptObject(u.ID), found.contentType); err != nil && !errors.Is(err, ErrReplaced) {
		return Object{}, facts{}, err
	}
	kept, there, err := s.files.Find(ctx, id, keptObject(u.ID))
	switch {
	case err != nil:
		return Object{}, facts{}, err
	case !there:
		return Object{}, facts{}, ErrReplaced
	case kept.ETag != arrived.ETag: // a copy that an earlier call made of another file
		found, err = s.inspect(ctx, id, u, keptObject(u.ID), kept)
		return kept, found, err
	}
	return kept, found, nil
}

// keptAlready answers for a copy whose original is gone.
func (s Inspector) keptAlready(ctx context.Context, id tenant.ID, u Upload) (Object, facts, error) {
	kept, there, err := s.files.Find(ctx, id, keptObject(u.ID))
	if err == nil && !there {
		err = problem.New(problem.UploadMissing, "The file has not arrived yet. Post it with the form first.")
	}
	if err != nil {
		return Object{}, facts{}, err
	}
	found, err := s.inspect(ctx, id, u, keptObject(u.ID), kept)
	return kept, found, err
}

func (s Inspector) inspect(ctx context.Context, id tenant.ID, u Upload, name string, o Object) (facts, error) {
	c := &content{size: o.Size, fetch: func(offset, length int64) ([]byte, error) {
		return s.files.Read(ctx, id, name, o, offset, length)
	}}
	return inspect(c, u.Kind)
}

// reject settles a pending upload with nothing. Its claim stays free: what was
// refused was not done.
func (s Inspector) reject(ctx context.Context, id tenant.ID, u Upload, why string) (Upload, error) {
	u.Status, u.Failure = Rejected, &Failure{Code: problem.UploadRejected, Detail: why}
	return u, s.settle(ctx, id, u, metering.Amounts{}, idempotency.Claim{})
}

func (s Inspector) settle(ctx context.Context, id tenant.ID, u Upload, used metering.Amounts, claim idempotency.Claim) error {
	row := metering.Settle(u.Period, u.ID, 1, u.Reserved, used, s.now().UTC().Truncate(time.Millisecond))
	return s.store.SettleUpload(ctx, id, u, row, claim)
}

// tidy removes the objects that an upload does not need any more. Should it
// fail, or this process die, the events of the bucket lead to the same.
func (s Inspector) tidy(ctx context.Context, id tenant.ID, u Upload) {
	names := []string{IncomingObject(u.ID)}
	if u.Status == Rejected || u.Deleted {
		names = append(names, keptObject(u.ID))
	}
	if err := s.files.Remove(ctx, id, names...); err != nil {
		s.warn(ctx, err)
	}
}

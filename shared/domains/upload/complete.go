package upload

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// A file arrives in incoming/, where its form can be posted again. It is decoded
// there, copied as it was decoded to where nobody can post, and settled by the
// copy. Each step may be repeated, by whoever comes after.

// completeTries bounds how often a check starts over because the file was posted
// again, or another call was faster.
const completeTries = 4

// errEnded says that the upload had become ready or rejected, or was handed on,
// before this call could do so.
var errEnded = errors.New("upload: ended before")

func beingReplaced() error {
	return problem.New(problem.Unavailable, "The file is being replaced right now. Try again in a moment.")
}

// Inspector decodes files that have arrived, and keeps or rejects them.
type Inspector struct {
	store   Store
	files   Files
	decoder Decoder
	now     func() time.Time
	warn    func(context.Context, error)
}

// NewInspector makes an Inspector. warn hears of failures that do not matter.
func NewInspector(store Store, files Files, decoder Decoder, now func() time.Time, warn func(context.Context, error)) Inspector {
	return Inspector{store: store, files: files, decoder: decoder, now: now, warn: warn}
}

// Check ends the upload that an order names. It may be repeated. Its error says
// that the order must come again, by the queue or by the sweeper.
func (s Inspector) Check(ctx context.Context, o Order) error {
	if !tenant.ValidID(string(o.TenantID)) {
		return errors.New("upload: an order names no tenant")
	}
	ctx = tenant.WithTenant(ctx, o.TenantID)
	u, err := present(ctx, s.store, o.TenantID, o.UploadID)
	if err == nil {
		_, err = s.complete(ctx, o.TenantID, u)
	}
	switch {
	case problem.Is(err, problem.UploadRejected), problem.Is(err, problem.NotFound), problem.Is(err, problem.UploadMissing), errors.Is(err, errEnded):
		return nil
	}
	return err
}

// complete finishes an open upload, and starts over when somebody else changed
// it or its file meanwhile. Errors: errEnded, with the upload, when it is ready by
// another call; UploadRejected, by whichever call.
func (s Inspector) complete(ctx context.Context, id tenant.ID, u Upload) (Upload, error) {
	for try := 0; u.Status.Open(); try++ {
		if try == completeTries {
			return Upload{}, beingReplaced()
		}
		ended, err := s.finish(ctx, id, u)
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
	case missing && fresh.Status == u.Status: // its file did not go with its end: it has not arrived
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

// finish settles an open upload by what has arrived.
func (s Inspector) finish(ctx context.Context, id tenant.ID, u Upload) (Upload, error) {
	kept, found, err := s.keep(ctx, id, u)
	switch {
	case problem.Is(err, problem.UploadRejected):
		return s.reject(ctx, id, u, problem.From(err).Detail)
	case err != nil:
		return Upload{}, err
	}
	u.Status, u.ContentType, u.Width, u.Height = Ready, found.contentType, found.width, found.height
	u.Size, u.Stored = kept.Size, kept.Size
	return u, s.settle(ctx, id, u, metering.Amounts{metering.UploadsCount: 1, metering.StorageMB: kept.Size})
}

// source is where an upload's file lies: where it stays, once it was copied there,
// or else where it arrived. Errors: UploadMissing.
func (s Inspector) source(ctx context.Context, id tenant.ID, u Upload) (name string, o Object, err error) {
	for _, name := range []string{keptObject(u.ID), IncomingObject(u.ID)} {
		o, there, err := s.files.Find(ctx, id, name)
		if err != nil || there {
			return name, o, err
		}
	}
	return "", Object{}, problem.New(problem.UploadMissing, "The file has not arrived yet. Post it with the form first.")
}

// glance looks at what a file says of itself, here and there.
func (s Inspector) glance(ctx context.Context, id tenant.ID, u Upload, name string, o Object) error {
	c := &content{size: o.Size, fetch: func(offset, length int64) ([]byte, error) {
		return s.files.Read(ctx, id, name, o, offset, length)
	}}
	_, err := inspect(c, u.Kind)
	return err
}

// keep decodes the file and copies it, or its normal form, to where it stays. What
// it answers is of the copy. Errors: ErrReplaced when the file was posted again, or
// a copy was made meanwhile.
func (s Inspector) keep(ctx context.Context, id tenant.ID, u Upload) (Object, facts, error) {
	name, o, err := s.source(ctx, id, u)
	if err != nil {
		return Object{}, facts{}, err
	}
	dir, done, err := scratch()
	if err != nil {
		return Object{}, facts{}, err
	}
	defer done()
	path := filepath.Join(dir, "file")
	if err := s.files.Fetch(ctx, id, name, o, path); err != nil {
		return Object{}, facts{}, err
	}
	found, err := s.examine(ctx, path, u.Kind)
	switch {
	case err != nil:
		return o, found, err
	case name == keptObject(u.ID) && found.path == path: // what an earlier call kept
		return o, found, nil
	case name == keptObject(u.ID): // a copy that is not in its normal form
		return o, found, errors.Join(ErrReplaced, s.files.Remove(ctx, id, name))
	case found.path == path:
		err = s.files.CopyNew(ctx, id, name, o, keptObject(u.ID), found.contentType)
	default:
		err = s.files.PutNew(ctx, id, keptObject(u.ID), found.path, found.contentType)
	}
	if err != nil {
		return Object{}, facts{}, err
	}
	kept, there, err := s.files.Find(ctx, id, keptObject(u.ID))
	if err == nil && !there {
		err = ErrReplaced
	}
	return kept, found, err
}

// reject settles an open upload with nothing.
func (s Inspector) reject(ctx context.Context, id tenant.ID, u Upload, why string) (Upload, error) {
	u.Status, u.Failure = Rejected, &Failure{Code: problem.UploadRejected, Detail: why}
	return u, s.settle(ctx, id, u, metering.Amounts{})
}

func (s Inspector) settle(ctx context.Context, id tenant.ID, u Upload, used metering.Amounts) error {
	row := metering.Settle(u.Period, u.ID, 1, u.Reserved, used, s.now().UTC().Truncate(time.Millisecond))
	return s.store.SettleUpload(ctx, id, u, row)
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

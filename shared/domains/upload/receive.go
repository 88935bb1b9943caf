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

const (
	// checkLease is how long a check may take before the sweeper asks for it again.
	checkLease = 10 * time.Minute
	// checkLimit is for how long that is done; after it the file is given up.
	checkLimit = 2 * time.Hour
	// checkPause lies between two looks at an upload that is being checked.
	checkPause = 200 * time.Millisecond
)

// Receiver takes files that have arrived: it refuses what is wrong at first sight,
// and hands the rest to whoever decodes it.
type Receiver struct {
	Store    Store
	Files    Files
	Queue    Queue
	Patience time.Duration // how long a completion waits for the check's end
	Wait     func(context.Context, time.Duration) error
	Now      func() time.Time
	Warn     func(context.Context, error) // hears of failures that do not matter to the caller
}

func (r Receiver) inspector() Inspector {
	return Inspector{store: r.Store, files: r.Files, now: r.Now, warn: r.Warn}
}

// Complete has the file checked that has arrived. Doing so again answers the same.
// What it answers is ready, or being checked still. Errors: NotFound, UploadMissing
// while nothing has arrived, UploadRejected; with a claim also *idempotency.Replay
// of the upload, IdempotencyKeyReused.
func (r Receiver) Complete(ctx context.Context, id tenant.ID, uploadID string, claim idempotency.Claim) (Shown, error) {
	u, err := present(ctx, r.Store, id, uploadID)
	if err == nil {
		u, err = r.receive(ctx, id, u, claim)
	}
	err = idempotency.Explain(ctx, r.Store, id, claim, r.Now(), err)
	if err != nil && !errors.Is(err, errEnded) {
		return Shown{}, err
	}
	return r.awaited(ctx, id, u)
}

// Again answers a repeated request with the upload that the first one completed.
// Errors: NotFound when it was deleted, UploadRejected.
func (r Receiver) Again(ctx context.Context, id tenant.ID, uploadID string) (Shown, error) {
	u, err := present(ctx, r.Store, id, uploadID)
	if err != nil {
		return Shown{}, err
	}
	return r.awaited(ctx, id, u)
}

// awaited shows an upload once its check has ended, or as it is when patience has.
func (r Receiver) awaited(ctx context.Context, id tenant.ID, u Upload) (Shown, error) {
	for waited := time.Duration(0); u.Status == Checking && waited < r.Patience; waited += checkPause {
		if err := r.Wait(ctx, checkPause); err != nil {
			break // the caller's time is up, and it can ask
		}
		var err error
		if u, err = present(ctx, r.Store, id, u.ID); err != nil {
			return Shown{}, err
		}
	}
	if err := refusalOf(u); err != nil {
		return Shown{}, err
	}
	return show(ctx, r.Files, id, u)
}

// receive looks at a pending upload's file and hands it on, or rejects it. Errors:
// errEnded, with the upload, when another call was faster; UploadRejected.
func (r Receiver) receive(ctx context.Context, id tenant.ID, u Upload, claim idempotency.Claim) (Upload, error) {
	s := r.inspector()
	for try := 0; u.Status == Pending; try++ {
		if try == completeTries {
			return Upload{}, beingReplaced()
		}
		next, err := r.take(ctx, id, u, claim)
		if err == nil {
			return next, refusalOf(next)
		}
		if u, err = s.overtaken(ctx, id, u, err); err != nil {
			return Upload{}, err
		}
	}
	if u.Status == Checking {
		return u, errEnded
	}
	s.tidy(ctx, id, u)
	return u, cmp.Or(refusalOf(u), errEnded)
}

// take is one try of receive.
func (r Receiver) take(ctx context.Context, id tenant.ID, u Upload, claim idempotency.Claim) (Upload, error) {
	s := r.inspector()
	name, o, err := s.source(ctx, id, u)
	if err == nil {
		err = s.glance(ctx, id, u, name, o)
	}
	switch {
	case problem.Is(err, problem.UploadRejected):
		u, err = s.reject(ctx, id, u, problem.From(err).Detail)
		if err == nil {
			s.tidy(ctx, id, u)
		}
		return u, err
	case err != nil:
		return Upload{}, err
	}
	return r.hand(ctx, id, u, claim)
}

// hand asks for the check of an upload. Should the order be lost, the sweeper asks
// again.
func (r Receiver) hand(ctx context.Context, id tenant.ID, u Upload, claim idempotency.Claim) (Upload, error) {
	at := r.Now().UTC().Truncate(time.Millisecond)
	if err := r.Store.CheckUpload(ctx, id, u.ID, at.Add(checkLease), at, claim); err != nil {
		return Upload{}, err
	}
	if err := r.Queue.Send(ctx, Order{TenantID: id, UploadID: u.ID}); err != nil {
		r.Warn(ctx, err)
	}
	u.Status, u.DueAt = Checking, at.Add(checkLease)
	return u, nil
}

// MendUpload sees to an upload that is overdue: one whose file has arrived is
// completed as its owner would have done, one whose check was lost is checked
// again, any other is given up.
func (r Receiver) MendUpload(ctx context.Context, id tenant.ID, uploadID string) error {
	u, err := present(ctx, r.Store, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || !u.Status.Open() || u.DueAt.After(r.Now()) {
		return err
	}
	switch {
	case u.Status == Pending:
		_, err = r.receive(ctx, id, u, idempotency.Claim{})
	case u.CreatedAt.Add(checkLimit).Before(r.Now()):
		return r.giveUp(ctx, id, u, "The file could not be checked. Save it anew as JPEG, PNG, MP3 or WAV, and upload that.")
	default:
		_, err = r.hand(ctx, id, u, idempotency.Claim{})
	}
	switch {
	case problem.Is(err, problem.UploadMissing):
		return r.giveUp(ctx, id, u, "The file never arrived. Upload it again.")
	case problem.Is(err, problem.UploadRejected), problem.Is(err, problem.NotFound), errors.Is(err, errEnded), errors.Is(err, metering.ErrChanged):
		return nil
	}
	return err
}

// giveUp rejects an upload whatever has arrived of it, with its objects.
func (r Receiver) giveUp(ctx context.Context, id tenant.ID, u Upload, why string) error {
	s := r.inspector()
	ended, err := s.reject(ctx, id, u, why)
	if err == nil {
		s.tidy(ctx, id, ended)
	}
	return ignoreChanged(err)
}

// GiveUp rejects an open upload whatever has arrived of it: its account is being
// erased. One that has ended, or is gone, stays as it is.
func (r Receiver) GiveUp(ctx context.Context, id tenant.ID, uploadID string) error {
	u, err := present(ctx, r.Store, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || !u.Status.Open() {
		return err
	}
	_, err = r.inspector().reject(ctx, id, u, "The account is being erased.")
	return ignoreChanged(err)
}

package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Refresher exchanges a refresh token for its successor and an access token.
type Refresher struct {
	Sessions SessionStore
	Tokens   *Tokens
	Rate     ratelimit.Limit     // the user's own
	Refused  *ratelimit.Refusals // nil: each refusal asks the store
	Log      *slog.Logger
	Now      func() time.Time
}

// Refresh rotates the session of token. Of many callers with one token the
// first rotates; those within RotationGrace get the very same successor; later
// ones hold a copy of a token that was used, and end the session. The call
// counts against the user's rate. Errors: SessionEnded, Forbidden (the account
// is closing), RateLimited, Unavailable.
func (r *Refresher) Refresh(ctx context.Context, token string, from Visit) (Grant, ratelimit.Decision, error) {
	ref, generation, err := r.Tokens.session(ctx, token)
	if err != nil {
		return Grant{}, ratelimit.Decision{}, err
	}
	// Remembered for the very token: of two with one token, the later may have the
	// successor whatever the rate, and a copy must still end the session.
	now, whose := r.Now(), fmt.Sprintf("%s/%s/%d", userRate(ref), ref.Session, generation)
	if d, again := r.Refused.Refused(whose, r.Rate, now); again {
		return Grant{}, d, tooMany(d)
	}
	// First, because what fails after the rotation costs the caller the token:
	// whoever comes back after RotationGrace would be taken for a thief.
	open := tenant.WithTenant(ctx, ref.Tenant)
	plan, origin, err := r.Sessions.Account(open, ref)
	if err != nil {
		return Grant{}, ratelimit.Decision{}, fmt.Errorf("read plan: %w", Gone(err))
	}
	signer, err := r.Tokens.signer(ctx)
	if err != nil {
		return Grant{}, ratelimit.Decision{}, err
	}
	user, count, err := r.Sessions.Rotate(tenant.WithCredential(ctx, ref.Tenant), ref, generation, r.Rate, now.Add(-SessionLife), now)
	if err != nil {
		return Grant{}, ratelimit.Decision{}, fmt.Errorf("rotate session: %w", err)
	}
	decision, limited := decide(r.Rate, count, now)
	if limited != nil {
		if s, ok := user.Session(ref.Session); ok && s.rotatable(user, generation, now) {
			r.Refused.Note(whose, r.Rate, now, count.Arrival)
			return Grant{}, decision, limited // its rate is all that was in the way
		}
		if err := r.late(open, user, ref, generation, now); err != nil {
			return Grant{}, ratelimit.Decision{}, err
		}
	} else if origin.Stale(from, now) {
		r.renew(open, ref, from, now)
	}
	session, ok := user.Session(ref.Session)
	if !ok {
		return Grant{}, ratelimit.Decision{}, sessionEnded()
	}
	grant, err := signer.grant(user, session, plan, now)
	return grant, decision, err
}

// rotatable repeats the condition of SessionStore.Rotate.
func (s Session) rotatable(user User, generation int64, now time.Time) bool {
	return user.admissible() == nil && s.Generation == generation && s.RotatedAt.After(now.Add(-SessionLife))
}

// late decides about a token that did not rotate: nil means that it may have
// the successor which another caller got.
func (r *Refresher) late(ctx context.Context, user User, ref SessionRef, generation int64, now time.Time) error {
	session, ok := user.Session(ref.Session)
	if !ok {
		return sessionEnded()
	}
	if err := user.admissible(); err != nil {
		return err
	}
	if session.Generation == generation+1 && now.Sub(session.RotatedAt) <= RotationGrace {
		return nil
	}
	// By the product's own rules: of a reused token it cannot be told who sent it.
	done, reused := audit.New(now, audit.SessionEnded, audit.Product, "", ref.Session), session.Generation > generation
	if reused {
		// Somebody holds a copy of a token that was already exchanged: which of
		// the two is the thief cannot be told, so both lose the session.
		done.Action, done.Result = audit.SessionReused, audit.Refused
	}
	err := r.Sessions.End(ctx, ref, done)
	if errors.Is(err, ErrAbsent) {
		return sessionEnded() // another late one was first
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	if reused {
		r.Log.WarnContext(ctx, "refresh token reused", "tenant_id", string(ref.Tenant), "user_id", string(ref.User), "session_id", ref.Session)
	}
	return sessionEnded()
}

// renewTimeout bounds what a caller waits for a note that he does not need.
const renewTimeout = time.Second

// renew notes where the session goes on. It comes after the rotation, which it
// must not undo: when it fails, the next refresh notes it.
func (r *Refresher) renew(ctx context.Context, ref SessionRef, from Visit, now time.Time) {
	ctx, done := context.WithTimeout(ctx, renewTimeout)
	defer done()
	if err := r.Sessions.Renew(ctx, ref, from, now); err != nil {
		r.Log.WarnContext(ctx, "origin of session not noted", "tenant_id", string(ref.Tenant), "session_id", ref.Session, "error", err.Error())
	}
}

// Gone turns the discovery that a tenant is there no more (tenant.ErrGone) into
// what the credential that led to it has become: SessionEnded. Any other error
// stays as it is.
func Gone(err error) error {
	if !errors.Is(err, tenant.ErrGone) {
		return err
	}
	return problem.Wrap(problem.SessionEnded, "This account no longer exists.", err)
}

func sessionEnded() error {
	return problem.New(problem.SessionEnded, "The session has ended. Sign in again.")
}

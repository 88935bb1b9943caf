package auth

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Refresher exchanges a refresh token for its successor and an access token.
type Refresher struct {
	Sessions SessionStore
	Plans    PlanReader
	Tokens   *Tokens
	Log      *slog.Logger
	Now      func() time.Time
}

// Refresh rotates the session of token. Of many callers with one token the
// first rotates; those within RotationGrace get the very same successor; later
// ones hold a copy of a token that was used, and end the session. Errors:
// SessionEnded, Forbidden (the account is closing), Unavailable.
func (r *Refresher) Refresh(ctx context.Context, token string) (Grant, error) {
	ref, generation, ok := r.Tokens.parseRefresh(token)
	if !ok {
		return Grant{}, sessionEnded()
	}
	now := r.Now()
	own := tenant.WithCredential(ctx, ref.Tenant)
	user, rotated, err := r.Sessions.Rotate(own, ref, generation, now.Add(-SessionLife), now)
	if err != nil {
		return Grant{}, fmt.Errorf("rotate session: %w", err)
	}
	if !rotated {
		if err := r.late(own, user, ref, generation, now); err != nil {
			return Grant{}, err
		}
	}
	session, ok := user.Session(ref.Session)
	if !ok {
		return Grant{}, sessionEnded()
	}
	plan, err := r.Plans.Plan(tenant.WithTenant(ctx, ref.Tenant), ref.Tenant)
	if err != nil {
		return Grant{}, fmt.Errorf("read plan: %w", err)
	}
	return r.Tokens.grant(user, session, plan, now)
}

// late decides about a token that did not rotate: nil means that it may have
// the successor which another caller got.
func (r *Refresher) late(ctx context.Context, user User, ref SessionRef, generation int64, now time.Time) error {
	session, ok := user.Session(ref.Session)
	switch {
	case !ok:
		return sessionEnded()
	case user.Status != tenant.Active:
		return accountClosing()
	case session.Generation == generation+1 && now.Sub(session.RotatedAt) <= RotationGrace:
		return nil
	case session.Generation > generation:
		// Somebody holds a copy of a token that was already exchanged: which of
		// the two is the thief cannot be told, so both lose the session.
		r.Log.WarnContext(ctx, "refresh token reused", "tenant_id", string(ref.Tenant), "user_id", string(ref.User), "session_id", ref.Session)
	}
	if err := r.Sessions.End(ctx, ref); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return sessionEnded()
}

func sessionEnded() error {
	return problem.New(problem.SessionEnded, "The session has ended. Sign in again.")
}

package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Leaver ends sessions. It holds no private key.
type Leaver struct {
	Sessions LeaverStore
	Keys     *Keys
	Log      *slog.Logger
	Now      func() time.Time
}

// Leave ends the session of a refresh token, or all of that user's; their access
// tokens are dead at once, because each request looks at the session. Ending a
// session that has ended succeeds. Ending all needs one that is open and the token
// that stands for it, or one that leaked long ago could sign its owner out:
// SessionEnded. A token that was exchanged, beyond RotationGrace, is a copy: it ends
// its session, as at a refresh, and nothing else. Other errors: Unavailable.
func (l *Leaver) Leave(ctx context.Context, token string, everywhere bool) error {
	ref, generation, err := l.Keys.checkRefresh(ctx, token)
	if err == nil {
		// The token is our own: it has been verified, and so opens its tenant.
		err = l.leave(tenant.WithTenant(ctx, ref.Tenant), ref, generation, everywhere)
	}
	if !errors.Is(err, errToken) && !errors.Is(err, ErrAbsent) {
		return err
	}
	if everywhere {
		return sessionEnded() // "everywhere" has not happened: do not say so
	}
	return nil
}

// leave ends what the token of a generation may end. Errors: ErrAbsent when that is
// not all that was asked for.
func (l *Leaver) leave(ctx context.Context, ref SessionRef, generation int64, everywhere bool) error {
	user, err := l.Sessions.User(ctx, ref.Tenant, ref.User)
	if err != nil {
		return ended(err)
	}
	session, open := user.Session(ref.Session)
	if !open {
		return ErrAbsent
	}
	now, who := l.Now(), Principal{User: ref.User}.Actor()
	done := audit.New(now, audit.SessionEnded, who, ref.Session, ref.Session)
	accepted := session.accepts(generation, now)
	if accepted && everywhere {
		return ended(l.Sessions.EndAll(ctx, ref, audit.New(now, audit.SessionsEnded, who, ref.Session, string(ref.User))))
	}
	reused := !accepted && session.Generation > generation
	if reused {
		// Of a reused token it cannot be told who sent it.
		done = audit.New(now, audit.SessionReused, audit.Product, "", ref.Session)
		done.Result = audit.Refused
	}
	if err := l.Sessions.End(ctx, ref, done); err != nil || accepted {
		return ended(err)
	}
	if reused {
		l.Log.WarnContext(ctx, "refresh token reused", "tenant_id", string(ref.Tenant), "user_id", string(ref.User), "session_id", ref.Session)
	}
	return ErrAbsent
}

func ended(err error) error {
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

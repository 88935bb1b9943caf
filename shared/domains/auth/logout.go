package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Leaver ends sessions. It holds no private key.
type Leaver struct {
	Sessions SessionEnder
	Keys     *Keys
	Now      func() time.Time
}

// Leave ends the session of a refresh token, or all of that user's; their access
// tokens are dead at once, because each request looks at the session. Ending a
// session that has ended succeeds. Ending all needs one that is open, or a token
// that leaked long ago could sign its owner out: SessionEnded. Other errors:
// Unavailable.
func (l *Leaver) Leave(ctx context.Context, token string, everywhere bool) error {
	ref, _, err := l.Keys.checkRefresh(ctx, token)
	if errors.Is(err, errToken) {
		if everywhere {
			return sessionEnded()
		}
		return nil
	}
	if err != nil {
		return err
	}
	// The token is our own: it has been verified, and so opens its tenant.
	ctx = tenant.WithTenant(ctx, ref.Tenant)
	who := Principal{User: ref.User}.Actor()
	if everywhere {
		err := l.Sessions.EndAll(ctx, ref, audit.New(l.Now(), audit.SessionsEnded, who, ref.Session, string(ref.User)))
		if errors.Is(err, ErrAbsent) {
			return sessionEnded() // "everywhere" has not happened: do not say so
		}
		return ended(err)
	}
	err = l.Sessions.End(ctx, ref, audit.New(l.Now(), audit.SessionEnded, who, ref.Session, ref.Session))
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	return ended(err)
}

func ended(err error) error {
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Leaver ends sessions. It holds no private key.
type Leaver struct {
	Sessions SessionStore
	Keys     *Keys
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
	ctx = tenant.WithCredential(ctx, ref.Tenant)
	end := l.Sessions.End
	if everywhere {
		end = l.Sessions.EndAll
	}
	err = end(ctx, ref)
	if errors.Is(err, ErrAbsent) {
		return sessionEnded() // "everywhere" has not happened: do not say so
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

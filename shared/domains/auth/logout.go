package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Leaver ends sessions.
type Leaver struct {
	Sessions SessionStore
	Tokens   *Tokens
}

// Leave ends the session of a refresh token, or all of that user's; their access
// tokens are dead at once, because each request looks at the session. Ending a
// session that has ended succeeds. Ending all needs one that is open, or a token
// that leaked long ago could sign its owner out: SessionEnded. Other errors:
// Unavailable.
func (l *Leaver) Leave(ctx context.Context, token string, everywhere bool) error {
	ref, _, ok := l.Tokens.parseRefresh(token)
	if !ok {
		if everywhere {
			return sessionEnded()
		}
		return nil
	}
	ctx = tenant.WithCredential(ctx, ref.Tenant)
	end := l.Sessions.End
	if everywhere {
		end = l.Sessions.EndAll
	}
	err := end(ctx, ref)
	if errors.Is(err, ErrAbsent) {
		return sessionEnded() // "everywhere" has not happened: do not say so
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

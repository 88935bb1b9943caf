package auth

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Leaver ends sessions.
type Leaver struct {
	Sessions SessionStore
	Tokens   *Tokens
}

// Leave ends the session of a refresh token, or all of that user's; its access
// tokens are dead at once, because each request looks at the session. It
// succeeds for a token that names no session any more. Errors: Unavailable.
func (l *Leaver) Leave(ctx context.Context, token string, everywhere bool) error {
	ref, _, ok := l.Tokens.parseRefresh(token)
	if !ok {
		return nil
	}
	ctx = tenant.WithCredential(ctx, ref.Tenant)
	end := l.Sessions.End
	if everywhere {
		end = l.Sessions.EndAll
	}
	if err := end(ctx, ref); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

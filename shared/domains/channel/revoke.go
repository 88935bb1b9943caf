package channel

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Revoker takes the access to an account's channel back at Google, for an erasure.
// It forgets nothing: the item goes with the account's others. It implements
// erasure.Channels.
type Revoker struct {
	Store  Store
	Google Google
	Sealer Sealer
}

// Revoke may be repeated. An account without a channel, and an access that has ended
// already, are fine. Errors: Unavailable, when Google does not answer.
func (r Revoker) Revoke(ctx context.Context, id tenant.ID) error {
	connection, err := r.Store.Connection(ctx, id)
	if err != nil || !connection.Kept() {
		return err
	}
	token, err := r.Sealer.Open(ctx, id, connection.Token)
	if err != nil {
		return fmt.Errorf("open the channel's token: %w", err)
	}
	return r.Google.Revoke(ctx, token)
}

package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// release gives back what a deleted subject had stored, together with the
// subject's own change. The change's condition makes it happen once, whichever
// month a second try falls into.
func (c *Client) release(ctx context.Context, doing string, t tenant.ID, row metering.Row, subject types.TransactWriteItem) error {
	actions := []types.TransactWriteItem{subject}
	if !row.Taken.Zero() {
		actions = append(actions, c.ledgerPut(t, row), c.monthUpdate(t, row, nil), c.levelUpdate(t, row, nil))
	}
	reasons, err := c.Transact(ctx, actions)
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed(doing, err)
}

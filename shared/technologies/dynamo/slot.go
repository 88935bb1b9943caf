package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrActiveJobs counts unfinished jobs: of a tenant in its levels, of all
// tenants in the one item of the slots.
const attrActiveJobs = "active_jobs"

// OpenSlots reads how many jobs of all tenants are unfinished.
func (c *Client) OpenSlots(ctx context.Context) (int64, error) {
	it, err := c.Get(ctx, "read slots", c.Directory, slotsKey())
	return table.ReadNum(it, attrActiveJobs), err
}

// takeSlot takes one of the places that the jobs of all tenants share, and is
// refused when there is none.
func (c *Client) takeSlot(slot metering.Slot) types.TransactWriteItem {
	a := table.NewAddition()
	a.AddMost(attrActiveJobs, 1, int64(slot.Overall))
	return a.On(c.Directory, slotsKey())
}

// freeSlot gives such a place back.
func (c *Client) freeSlot() types.TransactWriteItem {
	a := table.NewAddition()
	a.Add(attrActiveJobs, -1)
	return a.On(c.Directory, slotsKey())
}

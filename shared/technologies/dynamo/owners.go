package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// A user's role and the tenant's set of owners change in one transaction. The set
// is changed by what it must hold then, not by what was read: of many who change
// owners at once, only those who would leave none are refused.

// addOwner is the action that makes a user an owner of an active tenant. Before
// it has a set, the founder alone owns it.
func (c *Client) addOwner(t tenant.Tenant, u auth.UserID) types.TransactWriteItem {
	update := c.ownersUpdate(t.ID, "ADD #owners :added", "#status = :active AND attribute_exists(#owners)")
	added := []string{string(u)}
	if !t.OwnersKept {
		update.ConditionExpression = aws.String("#status = :active AND attribute_not_exists(#owners) AND #owner = :founder")
		update.ExpressionAttributeNames["#owner"] = attrOwner
		update.ExpressionAttributeValues[":founder"] = table.Str(t.Owner)
		added = append(added, t.Owner)
	}
	update.ExpressionAttributeNames["#status"] = attrStatus
	update.ExpressionAttributeValues[":active"] = table.Str(tenant.Active)
	update.ExpressionAttributeValues[":added"] = table.Strs(added...)
	return types.TransactWriteItem{Update: update}
}

// dropOwner is the action that takes an owner away, unless it is the last one.
func (c *Client) dropOwner(t tenant.ID, u auth.UserID) types.TransactWriteItem {
	update := c.ownersUpdate(t, "DELETE #owners :gone", "contains(#owners, :u) AND size(#owners) > :one")
	update.ExpressionAttributeValues[":one"], update.ExpressionAttributeValues[":gone"] = table.Num(1), table.Strs(u)
	update.ExpressionAttributeValues[":u"] = table.Str(u)
	return types.TransactWriteItem{Update: update}
}

func (c *Client) ownersUpdate(t tenant.ID, change, condition string) *types.Update {
	return &types.Update{
		TableName: aws.String(c.Platform), Key: tenantKey(t),
		UpdateExpression: aws.String(change), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#owners": attrOwners},
		ExpressionAttributeValues: table.Item{},
	}
}

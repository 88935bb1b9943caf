package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
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
	update := c.ownersUpdate(t, "DELETE #owners :gone", "#status = :active AND contains(#owners, :u) AND size(#owners) > :one")
	update.ExpressionAttributeNames["#status"], update.ExpressionAttributeValues[":active"] = attrStatus, table.Str(tenant.Active)
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

// stillOwner is the action that holds a user to be an owner at the moment of the
// write: a credential was checked a little earlier.
func (c *Client) stillOwner(u auth.User) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.Platform), Key: userKey(u.Tenant, u.ID),
		ConditionExpression:      aws.String(memberAlive + " AND #role = :owner"),
		ExpressionAttributeNames: map[string]string{"#status": attrStatus, "#member": attrMember, "#role": attrRole},
		ExpressionAttributeValues: table.Item{
			":active": table.Str(tenant.Active), ":member": table.Str(auth.MemberActive), ":owner": table.Str(auth.Owner),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// deposed is what who acts is told when stillOwner was refused.
func deposed(u auth.User, refused table.Refusal) error {
	return readUser(u.Tenant, u.ID, refused.Old).Deposed()
}

// actAsOwner is actOnce of somebody who must be an owner when it is written. Errors
// beside its own: those of User.Deposed.
func (c *Client) actAsOwner(ctx context.Context, caller auth.User, e audit.Entry, actions ...types.TransactWriteItem) ([]table.Refusal, error) {
	owner := len(actions)
	refused, err := c.actOnce(ctx, caller.Tenant, e, append(actions, c.stillOwner(caller))...)
	if table.RefusedOn(refused, owner) {
		return nil, deposed(caller, refused[owner])
	}
	return refused, err
}

package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Members keeps who belongs to a tenant. It implements auth.MemberStore.
type Members struct{ *Client }

// NewMembers needs both tables.
func NewMembers(c *Client) *Members { return &Members{c} }

// Members implements auth.MemberStore.
func (s *Members) Members(ctx context.Context, t tenant.ID, limit int, after string) ([]auth.User, string, error) {
	return pageOf(ctx, s.Client, "list members", credentialsPartition(t), kindUser, limit, after, func(it table.Item) (auth.User, bool) {
		u := readUser(t, auth.UserID(keyTail(it, kindUser)), it)
		return u, u.Status == auth.MemberActive
	})
}

// pageOf fills a page with the items of a kind that read keeps.
func pageOf[Found any](
	ctx context.Context, c *Client, doing, partition, kind string, limit int, after string, read func(table.Item) (Found, bool),
) ([]Found, string, error) {
	var page []Found
	for {
		items, next, err := c.Page(ctx, doing, partition, kind, limit-len(page), after)
		if err != nil {
			return nil, "", err
		}
		for _, it := range items {
			if found, keep := read(it); keep {
				page = append(page, found)
			}
		}
		if after = next; next == "" || len(page) == limit {
			return page, next, nil
		}
	}
}

// Standing implements auth.MemberStore.
func (s *Members) Standing(ctx context.Context, t tenant.ID, caller, target auth.UserID) (auth.Standing, error) {
	keys := []table.Item{tenantKey(t), rosterKey(t), userKey(t, target)}
	if caller != target {
		keys = append(keys, userKey(t, caller))
	}
	found, err := s.Read(ctx, "read members", keys...)
	if err != nil {
		return auth.Standing{}, err
	}
	standing := auth.Standing{Target: readUser(t, target, found[2])}
	if standing.Tenant, err = readTenant(t, found[0]); err != nil {
		return auth.Standing{}, err
	}
	standing.Seat = readSeat(t, standing.Target.Email, found[1])
	if standing.Caller = standing.Target; caller != target {
		standing.Caller = readUser(t, caller, found[3])
	}
	return standing, nil
}

// ChangeMember implements auth.MemberStore.
func (s *Members) ChangeMember(ctx context.Context, c auth.MemberChange) error {
	t, target := c.Tenant.ID, c.Target
	actions := []types.TransactWriteItem{s.memberUpdate(c)}
	if c.Caller.ID != target.ID {
		actions = append(actions, s.stillOwner(c.Caller))
	}
	switch {
	case c.Role == auth.Owner:
		actions = append(actions, s.addOwner(c.Tenant, target.ID))
	case target.Role == auth.Owner:
		actions = append(actions, s.dropOwner(t, target.ID))
	default:
		actions = append(actions, s.stillActive(t))
	}
	if c.Role == "" {
		going := erasure.New(erasure.Member, target.ID, c.Caller.ID, c.Audit.At, c.Audit.At)
		actions = append(actions, s.freeAddress(target), s.newErasure(t, going))
		if c.Seat.User == target.ID {
			actions = append(actions, s.leaveSeat(t, target.Email, c.Seat))
		}
	}
	reasons, err := s.actOnce(ctx, t, c.Audit, actions...)
	if reasons != nil || table.Conflicted(err) {
		return fmt.Errorf("%w: %w", auth.ErrChanged, err)
	}
	return table.Failed("change member", err)
}

// memberUpdate is the action on the member's own item. It holds the member to the
// role that was read; who acts on himself is held to be in by the same.
func (s *Members) memberUpdate(c auth.MemberChange) types.TransactWriteItem {
	names := map[string]string{"#status": attrStatus, "#member": attrMember, "#role": attrRole}
	values := table.Item{":active": table.Str(tenant.Active), ":member": table.Str(auth.MemberActive), ":as": table.Str(c.Target.Role)}
	change := "SET #role = :role"
	if c.Role == "" {
		change = "SET #member = :removed, #sessions = :none"
		names["#sessions"] = attrSessions
		values[":removed"], values[":none"] = table.Str(auth.MemberRemoved), table.Fields(table.Item{})
	} else {
		values[":role"] = table.Str(c.Role)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: userKey(c.Tenant.ID, c.Target.ID),
		UpdateExpression: aws.String(change), ConditionExpression: aws.String(memberAlive + " AND #role = :as"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// freeAddress is the action by which an address signs in to nothing any more.
func (s *Members) freeAddress(u auth.User) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.Directory), Key: addressKey(u.Email),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR (#tenant = :tenant AND #user = :user)"),
		ExpressionAttributeNames:  map[string]string{"#tenant": attrTenantID, "#user": attrUserID},
		ExpressionAttributeValues: table.Item{":tenant": table.Str(u.Tenant), ":user": table.Str(u.ID)},
	}}
}

package dynamo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a user item.
const (
	attrEmail    = "email"
	attrRole     = "role"
	attrStatus   = "status"        // of every item in A#<tenant>: the tenant's
	attrMember   = "member_status" // the user's own; absent, which is older, is active
	attrCreated  = "created_at"    // microseconds, as all times here
	attrSessions = "sessions"      // map of session id to the four below; every request writes the item, so they are short
	attrGen      = "gen"
	attrStarted  = "started"
	attrRotated  = "rotated"
	attrSeen     = "seen"
)

// Attributes of a session's own item.
const (
	attrDevice = "device" // like "Firefox on Linux"
	attrPlace  = "place"  // network address
)

// memberAlive holds a user to be a member of an active tenant.
const memberAlive = "#status = :active AND (attribute_not_exists(#member) OR #member = :member)"

// sessionNames are the attribute names of every condition on a session; most
// are reserved words.
func sessionNames(session string) map[string]string {
	return map[string]string{"#status": attrStatus, "#member": attrMember, "#sessions": attrSessions, "#sid": session}
}

// user reads a user strongly consistent, so that a session which was just
// opened or ended is seen.
func (c *Client) user(ctx context.Context, t tenant.ID, u auth.UserID) (auth.User, error) {
	it, err := c.Get(ctx, "read user", c.Platform, userKey(t, u))
	if err == nil && it == nil {
		return auth.User{}, auth.ErrAbsent
	}
	return readUser(t, u, it), err
}

// readUser reads a user item; an absent one reads as the zero User.
func readUser(t tenant.ID, u auth.UserID, it table.Item) auth.User {
	if it == nil {
		return auth.User{}
	}
	user := auth.User{
		ID: u, Tenant: t,
		Email: auth.Address(table.ReadStr(it, attrEmail)), Role: auth.Role(table.ReadStr(it, attrRole)),
		Status:       auth.MemberStatus(cmp.Or(table.ReadStr(it, attrMember), string(auth.MemberActive))),
		TenantStatus: tenant.Status(table.ReadStr(it, attrStatus)), CreatedAt: table.ReadMicros(it, attrCreated),
	}
	for id, v := range table.ReadFields(it, attrSessions) {
		if m, ok := v.(*types.AttributeValueMemberM); ok {
			user.Sessions = append(user.Sessions, readSession(id, m.Value))
		}
	}
	slices.SortFunc(user.Sessions, func(a, b auth.Session) int { return cmp.Compare(a.ID, b.ID) })
	return user
}

func readSession(id string, it table.Item) auth.Session {
	return auth.Session{
		ID: id, Generation: table.ReadNum(it, attrGen),
		StartedAt: table.ReadMicros(it, attrStarted), RotatedAt: table.ReadMicros(it, attrRotated),
		SeenAt: table.ReadMicros(it, attrSeen),
	}
}

func sessionFields(s auth.Session) table.Item {
	return table.Item{
		attrGen: table.Num(s.Generation), attrStarted: table.Micros(s.StartedAt),
		attrRotated: table.Micros(s.RotatedAt), attrSeen: table.Micros(s.SeenAt.Truncate(time.Minute)),
	}
}

// newUser is the item of a user whose first session opens.
func newUser(u auth.User, s auth.Session) table.Item {
	return table.With(userKey(u.Tenant, u.ID), table.Item{
		attrEmail: table.Str(u.Email), attrRole: table.Str(u.Role), attrStatus: table.Str(u.TenantStatus), attrMember: table.Str(u.Status),
		attrCreated:  table.Micros(u.CreatedAt),
		attrSessions: table.Fields(table.Item{s.ID: table.Fields(sessionFields(s))}),
	})
}

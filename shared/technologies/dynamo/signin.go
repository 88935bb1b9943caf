package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// SignIns is everything a sign-in reads and writes. It implements auth.SignInStore.
type SignIns struct{ *Client }

// NewSignIns needs both tables.
func NewSignIns(c *Client) *SignIns { return &SignIns{c} }

// Link implements auth.SignInStore.
func (s *SignIns) Link(ctx context.Context, h auth.LinkHash) (auth.MagicLink, error) {
	return s.link(ctx, h)
}

// UserAt implements auth.SignInStore.
func (s *SignIns) UserAt(ctx context.Context, a auth.Address) (tenant.ID, auth.UserID, error) {
	return s.userAt(ctx, a)
}

// User implements auth.SignInStore.
func (s *SignIns) User(ctx context.Context, t tenant.ID, u auth.UserID) (auth.User, error) {
	return s.user(ctx, t, u)
}

// Plan implements auth.SignInStore.
func (s *SignIns) Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) { return s.plan(ctx, t) }

// Enter implements auth.SignInStore: one transaction. Its first two actions
// consume the link; whichever of them is refused, the link is spent.
func (s *SignIns) Enter(ctx context.Context, e auth.Entry) error {
	actions := s.consume(e)
	spending := len(actions)
	if e.New {
		actions = append(actions, s.create(e)...)
	} else {
		actions = append(actions, s.open(e))
	}
	actions = append(actions, s.recorded(e)...)
	for try := 0; ; try++ {
		_, err := s.DB.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		if err == nil {
			return nil
		}
		if reasons, refused := table.Canceled(err); refused {
			for i := range reasons {
				if table.RefusedOn(reasons, i) {
					return refusedEntry(i < spending)
				}
			}
		}
		if table.Conflicted(err) && try < table.ContentionTries-1 {
			if err := table.Pause(ctx, try); err != nil {
				return table.Failed("sign in", err)
			}
			continue
		}
		return s.settled(ctx, e, err)
	}
}

func refusedEntry(link bool) error {
	if link {
		return auth.ErrLinkSpent
	}
	return auth.ErrChanged
}

// settleTimeout fits into what boot keeps of a function's time.
const settleTimeout = time.Second

// settled finds out what became of a transaction whose answer was lost: the
// session has an id of its own, so it is there or the transaction was not made.
// Without this look a link would be spent on nobody.
func (s *SignIns) settled(ctx context.Context, e auth.Entry, cause error) error {
	if !table.Unsure(cause) {
		return table.Failed("sign in", cause)
	}
	// The caller's time may be over: that is one way to lose an answer.
	ctx, done := asking(ctx)
	defer done()
	user, err := s.user(ctx, e.User.Tenant, e.User.ID)
	if err != nil {
		return table.Failed("sign in", cause)
	}
	if _, opened := user.Session(e.Session.ID); opened {
		return nil
	}
	return table.Failed("sign in", cause)
}

func (s *SignIns) consume(e auth.Entry) []types.TransactWriteItem {
	alive, names := "#valid > :now", map[string]string{"#valid": attrValid}
	values := table.Item{":now": table.Micros(e.At)}
	if !e.ByCode { // with its tries used up the token is dead; who guessed was counted among them
		alive += " AND (attribute_not_exists(#tries) OR #tries < :most)"
		names["#tries"], values[":most"] = attrTries, table.Num(auth.MaxCodeTries)
	}
	return []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: aws.String(s.Directory), Key: linkKey(e.Link.Hash),
			ConditionExpression: aws.String(alive), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}},
		{Update: &types.Update{
			TableName: aws.String(s.Directory), Key: mailRateKey(e.Link.Address),
			UpdateExpression:          aws.String("REMOVE #link"),
			ConditionExpression:       aws.String("#link = :hash"),
			ExpressionAttributeNames:  map[string]string{"#link": attrLink},
			ExpressionAttributeValues: table.Item{":hash": table.Str(e.Link.Hash)},
		}},
	}
}

// recorded is what a sign-in leaves beside the user: where the session comes
// from, and the audit trail's entries.
func (c *Client) recorded(e auth.Entry) []types.TransactWriteItem {
	actions := []types.TransactWriteItem{table.PutNew(c.Platform, table.With(sessionKey(e.User.Tenant, e.Session.ID), table.Item{
		attrUserID: table.Str(e.User.ID), attrDevice: table.Str(e.Visit.Device), attrPlace: table.Str(e.Visit.Address), attrCreated: table.Micros(e.At),
		attrExpires: table.TTLSeconds(auth.OriginKept(e.At)),
	}))}
	for _, entry := range e.Audit {
		actions = append(actions, c.audited(e.User.Tenant, entry))
	}
	return actions
}

// create makes the tenant of a first sign-in, with its owner and the session.
func (s *SignIns) create(e auth.Entry) []types.TransactWriteItem {
	u, created := e.User, table.Micros(e.At)
	return []types.TransactWriteItem{
		s.takeAddress(u), table.PutNew(s.Platform, newUser(u, e.Session)),
		table.PutNew(s.Platform, table.With(table.With(tenantKey(u.Tenant), reconcileDue(u.Tenant, e.At)), table.Item{
			attrPlan: table.Str(tenant.Free), attrStatus: table.Str(tenant.Active), attrOwner: table.Str(u.ID), attrOwners: table.Strs(u.ID), attrCreated: created,
		})),
		table.PutNew(s.Platform, table.With(subscriptionKey(u.Tenant), table.Item{attrStatus: table.Str(billing.NotBought), attrPlan: table.Str(tenant.Free), attrCreated: created})),
	}
}

// takeAddress is the action by which an address that signs in to nothing signs in to
// a user.
func (s *SignIns) takeAddress(u auth.User) types.TransactWriteItem {
	return table.PutNew(s.Directory, table.With(addressKey(u.Email), table.Item{attrTenantID: table.Str(u.Tenant), attrUserID: table.Str(u.ID)}))
}

// open adds the session to a user who exists. Counting the sessions in the
// condition keeps the bound when two sign-ins meet.
func (s *SignIns) open(e auth.Entry) types.TransactWriteItem {
	names := sessionNames(e.Session.ID)
	values := table.Item{
		":active": table.Str(tenant.Active), ":member": table.Str(auth.MemberActive), ":session": table.Fields(sessionFields(e.Session)),
		":count": table.Num(int64(len(e.User.Sessions))),
	}
	update := "SET #sessions.#sid = :session"
	condition := []string{memberAlive, "size(#sessions) = :count"}
	var removed []string
	for i, id := range e.Gone {
		name := fmt.Sprintf("#gone%d", i)
		names[name] = id
		removed = append(removed, "#sessions."+name)
		condition = append(condition, "attribute_exists(#sessions."+name+")")
	}
	if len(removed) > 0 {
		update += " REMOVE " + strings.Join(removed, ", ")
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: userKey(e.User.Tenant, e.User.ID),
		UpdateExpression:          aws.String(update),
		ConditionExpression:       aws.String(strings.Join(condition, " AND ")),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: values,
	}}
}

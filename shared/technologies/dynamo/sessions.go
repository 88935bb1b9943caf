package dynamo

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Account implements auth.SessionStore. Both items come in one call: a refresh
// waits for no more than it did when it read the plan alone.
func (s *Credentials) Account(ctx context.Context, ref auth.SessionRef) (tenant.Plan, auth.Origin, error) {
	found, err := s.Read(ctx, "read account", tenantKey(ref.Tenant), sessionKey(ref.Tenant, ref.Session))
	if err != nil {
		return "", auth.Origin{}, err
	}
	if found[0] == nil {
		return "", auth.Origin{}, tenant.ErrGone
	}
	return tenant.Plan(table.ReadStr(found[0], attrPlan)), readOrigin(found[1]), nil
}

// readOrigin reads a session's own item; an absent one is the zero Origin.
func readOrigin(it table.Item) auth.Origin {
	if it == nil {
		return auth.Origin{}
	}
	return auth.Origin{
		Visit: auth.Visit{Device: table.ReadStr(it, attrDevice), Address: table.ReadStr(it, attrPlace)},
		Until: time.Unix(table.ReadNum(it, attrExpires), 0).UTC(),
	}
}

// Rotate implements auth.SessionStore.
func (s *Credentials) Rotate(ctx context.Context, ref auth.SessionRef, generation int64, limit ratelimit.Limit, oldest, now time.Time) (auth.User, auth.Count, error) {
	names := sessionNames(ref.Session)
	names["#gen"], names["#rotated"] = attrGen, attrRotated
	it, count, err := s.arrive(ctx, arrival{
		table: s.Platform, key: userKey(ref.Tenant, ref.User),
		set:   "#sessions.#sid.#gen = :next, #sessions.#sid.#rotated = :rotated",
		alive: memberAlive + " AND #sessions.#sid.#gen = :gen AND #sessions.#sid.#rotated > :oldest",
		names: names,
		values: table.Item{
			":active": table.Str(tenant.Active), ":member": table.Str(auth.MemberActive), ":gen": table.Num(generation), ":next": table.Num(generation + 1),
			":oldest": table.Micros(oldest), ":rotated": table.Micros(now),
		},
		limit: limit, now: now,
	})
	return readUser(ref.Tenant, ref.User, it), count, err
}

// Renew implements auth.SessionStore. It writes no item anew: one that an erasure
// or its time has removed stays so.
func (s *Credentials) Renew(ctx context.Context, ref auth.SessionRef, from auth.Visit, now time.Time) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: sessionKey(ref.Tenant, ref.Session),
		UpdateExpression:         aws.String("SET #device = :device, #place = :place, #expires = :expires"),
		ConditionExpression:      aws.String("attribute_exists(pk) AND #user = :user"),
		ExpressionAttributeNames: map[string]string{"#device": attrDevice, "#place": attrPlace, "#expires": attrExpires, "#user": attrUserID},
		ExpressionAttributeValues: table.Item{
			":device": table.Str(from.Device), ":place": table.Str(from.Address), ":expires": table.TTLSeconds(auth.OriginKept(now)), ":user": table.Str(ref.User),
		},
	})
	if _, gone := table.ConditionFailed(err); gone {
		return nil
	}
	return table.Failed("note origin of session", err)
}

// Opened implements auth.OpenSessionStore.
func (s *Credentials) Opened(ctx context.Context, t tenant.ID, u auth.UserID) (auth.User, map[string]auth.Origin, error) {
	user, err := s.user(ctx, t, u)
	if err != nil || len(user.Sessions) == 0 {
		return user, nil, err
	}
	keys := make([]table.Item, len(user.Sessions))
	for i, session := range user.Sessions {
		keys[i] = sessionKey(t, session.ID)
	}
	found, err := s.Read(ctx, "read sessions", keys...)
	if err != nil {
		return auth.User{}, nil, err
	}
	origins := make(map[string]auth.Origin, len(found))
	for i, it := range found {
		origins[user.Sessions[i].ID] = readOrigin(it)
	}
	return user, origins, nil
}

// EndOpened implements auth.OpenSessionStore.
func (s *Credentials) EndOpened(ctx context.Context, ref auth.SessionRef, oldest time.Time, done audit.Entry) error {
	return s.end(ctx, ref, done, types.Update{
		UpdateExpression:          aws.String("REMOVE #sessions.#sid"),
		ConditionExpression:       aws.String("#sessions.#sid.#rotated > :oldest"),
		ExpressionAttributeNames:  map[string]string{"#rotated": attrRotated},
		ExpressionAttributeValues: table.Item{":oldest": table.Micros(oldest)},
	})
}

// End implements auth.SessionEnder.
func (s *Credentials) End(ctx context.Context, ref auth.SessionRef, done audit.Entry) error {
	return s.end(ctx, ref, done, types.Update{
		UpdateExpression:    aws.String("REMOVE #sessions.#sid"),
		ConditionExpression: aws.String("attribute_exists(#sessions.#sid)"),
	})
}

// EndAll implements auth.SessionEnder.
func (s *Credentials) EndAll(ctx context.Context, ref auth.SessionRef, done audit.Entry) error {
	return s.end(ctx, ref, done, types.Update{
		UpdateExpression:          aws.String("SET #sessions = :none"),
		ConditionExpression:       aws.String("attribute_exists(#sessions.#sid)"),
		ExpressionAttributeValues: table.Item{":none": table.Fields(table.Item{})},
	})
}

// end completes an update that ends sessions of a user, and makes it.
func (s *Credentials) end(ctx context.Context, ref auth.SessionRef, done audit.Entry, update types.Update) error {
	update.TableName, update.Key = aws.String(s.Platform), userKey(ref.Tenant, ref.User)
	names := map[string]string{"#sessions": attrSessions, "#sid": ref.Session}
	maps.Copy(names, update.ExpressionAttributeNames)
	update.ExpressionAttributeNames = names
	reasons, err := s.actOnce(ctx, ref.Tenant, done, types.TransactWriteItem{Update: &update})
	if reasons != nil {
		return auth.ErrAbsent
	}
	return table.Failed("end session", err)
}

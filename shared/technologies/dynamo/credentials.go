package dynamo

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Credentials keeps users with their sessions and rate state. It implements
// auth.SessionStore, auth.LeaverStore, auth.OpenSessionStore and auth.GateStore.
type Credentials struct{ *Client }

// NewCredentials needs both tables.
func NewCredentials(c *Client) *Credentials { return &Credentials{c} }

// User implements auth.LeaverStore.
func (s *Credentials) User(ctx context.Context, t tenant.ID, u auth.UserID) (auth.User, error) {
	return s.user(ctx, t, u)
}

// Touch implements auth.GateStore. When a session was last seen rides in the
// write that counts the request; it is kept to the minute.
func (s *Credentials) Touch(ctx context.Context, ref auth.SessionRef, limit ratelimit.Limit, now time.Time) (auth.User, auth.Count, error) {
	names := sessionNames(ref.Session)
	names["#seen"] = attrSeen
	it, count, err := s.arrive(ctx, arrival{
		table: s.Platform, key: userKey(ref.Tenant, ref.User),
		set:    "#sessions.#sid.#seen = :minute",
		alive:  memberAlive + " AND attribute_exists(#sessions.#sid)",
		names:  names,
		values: table.Item{":active": table.Str(tenant.Active), ":member": table.Str(auth.MemberActive), ":minute": table.Micros(now.Truncate(time.Minute))},
		limit:  limit, now: now,
	})
	return readUser(ref.Tenant, ref.User, it), count, err
}

// TouchKey implements auth.GateStore. A wrong secret writes nothing: it must not
// use up the rate of the key whose id it names.
func (s *Credentials) TouchKey(ctx context.Context, ref auth.KeyRef, limit ratelimit.Limit, now time.Time) (auth.APIKey, auth.Count, error) {
	it, count, err := s.arrive(ctx, arrival{
		table: s.Platform, key: apiKeyKey(ref.Tenant, ref.ID),
		set:   "#used = :minute",
		alive: "(#hash = :hash OR (#old = :hash AND #until > :at)) AND #status = :active AND #key = :alive",
		names: map[string]string{
			"#used": attrUsed, "#hash": attrHash, "#old": attrOldHash, "#until": attrOldUntil, "#status": attrStatus, "#key": attrKeyStatus,
		},
		values: table.Item{
			":hash": table.Str(ref.Hash), ":active": table.Str(tenant.Active), ":alive": table.Str(auth.KeyActive),
			":at": table.Micros(now), ":minute": table.Micros(now.Truncate(time.Minute)),
		},
		limit: limit, now: now,
	})
	return readAPIKey(ref.Tenant, ref.ID, it), count, err
}

// CountAddress implements auth.GateStore.
func (s *Credentials) CountAddress(ctx context.Context, address string, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	return s.countIn(ctx, rateKey(address), limit, now)
}

// rateOver is when an item that is counted now tells no more than an absent one.
func rateOver(limit ratelimit.Limit, now time.Time) time.Time {
	return now.Add(limit.Every*time.Duration(limit.Burst) + time.Minute)
}

package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Gatekeeper lets requests in: it checks the credential against its own item
// and counts the request, in one conditional write (two when they come fast).
type Gatekeeper struct {
	Store   GateStore
	Keys    KeySet
	Issuer  string // APP_URL
	User    ratelimit.Limit
	Anybody ratelimit.Limit     // per network address, without a session
	Refused *ratelimit.Refusals // nil: each refusal asks the store
	Now     func() time.Time
}

// Policies returns the limits of Bearer and Anonymous.
func (g *Gatekeeper) Policies() (user, anonymous ratelimit.Limit) { return g.User, g.Anybody }

// Bearer checks an access token: its signature, then that the session it names
// is open and its tenant active, now. Errors: Unauthenticated, SessionEnded,
// Forbidden (the account is closing), RateLimited, Unavailable. A user who is
// remembered as too early is RateLimited before the session is looked at, so that
// an ended one reads so too until the wait is over, a second at most.
func (g *Gatekeeper) Bearer(ctx context.Context, token string) (Caller, ratelimit.Decision, error) {
	now := g.Now()
	ref, err := g.Keys.checkAccess(token, g.Issuer, now)
	if err != nil {
		return Caller{}, ratelimit.Decision{}, problem.Wrap(problem.Unauthenticated, "The access token is not valid or has expired.", err)
	}
	whose := userRate(ref)
	if d, again := g.Refused.Refused(whose, g.User, now); again {
		return Caller{}, d, tooMany(d)
	}
	user, count, err := g.Store.Touch(tenant.WithCredential(ctx, ref.Tenant), ref, g.User, now)
	if err != nil {
		return Caller{}, ratelimit.Decision{}, fmt.Errorf("check session: %w", err)
	}
	if _, open := user.Session(ref.Session); !open {
		return Caller{}, ratelimit.Decision{}, sessionEnded()
	}
	if user.Status != tenant.Active {
		return Caller{}, ratelimit.Decision{}, accountClosing()
	}
	g.Refused.Note(whose, g.User, now, count.Arrival)
	decision, err := decide(g.User, count, now)
	caller := Caller{Tenant: ref.Tenant, User: ref.User, Session: ref.Session, Role: user.Role, Email: string(user.Email)}
	return caller, decision, err
}

// Anonymous counts a request without a session against its network address.
// Errors: RateLimited, Unavailable.
func (g *Gatekeeper) Anonymous(ctx context.Context, address string) (ratelimit.Decision, error) {
	now, whose := g.Now(), "address/"+address
	if d, again := g.Refused.Refused(whose, g.Anybody, now); again {
		return d, tooMany(d)
	}
	count, err := g.Store.CountAddress(ctx, address, g.Anybody, now)
	if err != nil {
		return ratelimit.Decision{}, fmt.Errorf("count request: %w", err)
	}
	g.Refused.Note(whose, g.Anybody, now, count.Arrival)
	return decide(g.Anybody, count, now)
}

// userRate names a user's rate among those that a process remembers.
func userRate(ref SessionRef) string { return "user/" + string(ref.Tenant) + "/" + string(ref.User) }

func decide(limit ratelimit.Limit, count Count, now time.Time) (ratelimit.Decision, error) {
	if count.Allowed {
		return limit.Admitted(now, count.Arrival), nil
	}
	d := limit.Refused(now, count.Arrival)
	return d, tooMany(d)
}

func tooMany(d ratelimit.Decision) error {
	return &problem.Error{Code: problem.RateLimited, Detail: "Too many requests. Wait a moment.", RetryAfter: d.RetryAfter}
}

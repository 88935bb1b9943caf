package auth

import (
	"context"
	"errors"
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
	Keys    *Keys
	Issuer  string              // APP_URL
	User    ratelimit.Limit     // per user, and per API key
	Anybody ratelimit.Limit     // per network address, without a credential
	Refused *ratelimit.Refusals // nil: each refusal asks the store
	Now     func() time.Time
}

// Policies returns the limits of a credential and of Anonymous.
func (g *Gatekeeper) Policies() (credential, anonymous ratelimit.Limit) { return g.User, g.Anybody }

// Bearer checks an access token: its signature, then that the session it names
// is open, its user a member and the tenant active, now. Errors:
// Unauthenticated, SessionEnded, Forbidden (the account is closing), RateLimited,
// Unavailable. A user who is remembered as too early is RateLimited before the
// session is looked at, so that an ended one reads so too until the wait is over,
// a second at most.
func (g *Gatekeeper) Bearer(ctx context.Context, token string) (Caller, ratelimit.Decision, error) {
	ref, err := g.Keys.checkAccess(ctx, token, g.Issuer, g.Now())
	if err != nil && !errors.Is(err, errToken) {
		return Caller{}, ratelimit.Decision{}, err
	}
	if err != nil {
		return Caller{}, ratelimit.Decision{}, problem.Wrap(problem.Unauthenticated, "The access token is not valid or has expired.", err)
	}
	return g.session(ctx, ref, func(Session) bool { return true })
}

// Cookie checks a refresh token as Refresh would, and rotates nothing. Errors:
// those of Bearer.
func (g *Gatekeeper) Cookie(ctx context.Context, token string) (Caller, ratelimit.Decision, error) {
	ref, generation, err := g.Keys.session(ctx, token)
	if err != nil {
		return Caller{}, ratelimit.Decision{}, err
	}
	return g.session(ctx, ref, func(s Session) bool { return s.accepts(generation, g.Now()) })
}

// session admits the caller of a session that is as the credential needs it.
func (g *Gatekeeper) session(ctx context.Context, ref SessionRef, fits func(Session) bool) (Caller, ratelimit.Decision, error) {
	now, whose := g.Now(), userRate(ref)
	if d, again := g.Refused.Refused(whose, g.User, now); again {
		return Caller{}, d, tooMany(d)
	}
	user, count, err := g.Store.Touch(tenant.WithCredential(ctx, ref.Tenant), ref, g.User, now)
	if err != nil {
		return Caller{}, ratelimit.Decision{}, fmt.Errorf("check session: %w", err)
	}
	if s, open := user.Session(ref.Session); !open || !fits(s) {
		return Caller{}, ratelimit.Decision{}, sessionEnded()
	}
	if err := user.admissible(); err != nil {
		return Caller{}, ratelimit.Decision{}, err
	}
	g.Refused.Note(whose, g.User, now, count.Arrival)
	decision, err := decide(g.User, count, now)
	who := Principal{User: ref.User, Session: ref.Session, Email: string(user.Email)}
	return Caller{Tenant: ref.Tenant, Principal: who, Role: user.Role}, decision, err
}

// Anonymous counts a request without a credential against its network address.
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

// userRate and keyRate name rates among those that a process remembers; a key's
// with its secret's hash, so that who guesses learns nothing of who is refused.
func userRate(ref SessionRef) string { return "user/" + string(ref.Tenant) + "/" + string(ref.User) }
func keyRate(ref KeyRef) string {
	return "key/" + string(ref.Tenant) + "/" + string(ref.ID) + "/" + string(ref.Hash)
}

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

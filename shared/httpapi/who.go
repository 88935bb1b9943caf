package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Gate decides who a request is from and whether it may pass now. Each method
// makes at most two conditional writes.
type Gate interface {
	// Bearer checks an access token and the item of the session it names, and
	// counts the request against the user's rate. Errors: Unauthenticated,
	// SessionEnded, Forbidden (tenant frozen), RateLimited.
	Bearer(ctx context.Context, token string) (auth.Caller, ratelimit.Decision, error)
	// Cookie does the same with a refresh token, which it leaves as it is.
	Cookie(ctx context.Context, token string) (auth.Caller, ratelimit.Decision, error)
	// Key checks an API key and counts the request against the key's rate.
	// Errors: Unauthenticated, Forbidden (tenant frozen), RateLimited.
	Key(ctx context.Context, key string) (auth.Caller, ratelimit.Decision, error)
	// Anonymous counts a request without a credential against its address.
	// Errors: RateLimited.
	Anonymous(ctx context.Context, address string) (ratelimit.Decision, error)
	// Policies are the limits that a credential and an address have.
	Policies() (credential, anonymous ratelimit.Limit)
}

// Plans reads the plan in force of the tenant whose scope the context has.
type Plans interface {
	// Plan errors: tenant.ErrGone.
	Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error)
}

// admit holds a call to what its row says of the caller, and opens exactly the
// data of that caller's tenant. The order: other sites, credential and tenant,
// rate, role, feature. The rate is counted in the write that checks the
// credential; a call that it refuses learns nothing else and costs nothing else.
func (s server) admit(w http.ResponseWriter, r *http.Request) (context.Context, auth.Caller, error) {
	ctx := tenant.Doing(r.Context(), s.route.Act)
	r = r.WithContext(ctx)
	if !s.route.Credentials.Identify() || s.unproved(r) {
		return ctx, auth.Caller{}, s.admitAnyone(w, r)
	}
	caller, err := s.identify(w, r)
	if err != nil {
		return ctx, auth.Caller{}, err
	}
	if !s.route.Credentials.Take(Optional) && !caller.Role.Covers(s.route.Role) {
		return ctx, auth.Caller{}, s.route.forOthers()
	}
	ctx = tenant.WithTenant(ctx, caller.Tenant)
	return ctx, caller, s.inPlan(ctx, caller)
}

// forOthers refuses a caller whose role is not enough.
func (r Route) forOthers() error {
	return problem.New(problem.Forbidden, "Only an "+string(r.Role)+" of the account may do this.")
}

// Proved holds a call to a row whose credential is optional to have one, and to be
// of the row's role: its body held no other proof. Errors: Unauthenticated,
// Forbidden.
func (c *Call) Proved() error {
	switch {
	case c.Caller.Tenant == "":
		return problem.New(problem.Unauthenticated, missingCredential(c.route.Credentials))
	case !c.Caller.Role.Covers(c.route.Role):
		return c.route.forOthers()
	}
	return nil
}

// admitAnyone admits a call to a row that identifies nobody.
func (s server) admitAnyone(w http.ResponseWriter, r *http.Request) error {
	if !s.route.CountsSession {
		if err := s.countAddress(w, r); err != nil {
			return err
		}
	}
	if s.route.Credentials.Take(Cookie) {
		return s.sameSite(r)
	}
	return nil
}

// unproved reports whether a call comes without any credential to a row where one
// is optional. It is counted against its address, as a call to any row that
// identifies nobody.
func (s server) unproved(r *http.Request) bool {
	return s.route.Credentials.Take(Optional) && r.Header.Get("Authorization") == "" && r.Header.Get("X-API-Key") == ""
}

// identify checks the one credential that a call is taken to come with.
func (s server) identify(w http.ResponseWriter, r *http.Request) (auth.Caller, error) {
	check, policy, credential, err := s.credential(r)
	if err != nil {
		return auth.Caller{}, err
	}
	caller, decision, err := check(r.Context(), credential)
	if err == nil || problem.Is(err, problem.RateLimited) {
		limit, _ := s.Gate.Policies()
		rateHeaders(w.Header(), policy, limit, decision)
	}
	return caller, err
}

type check func(context.Context, string) (auth.Caller, ratelimit.Decision, error)

// credential finds the first one that the row takes: an access token, a key,
// and for a call that changes nothing the refresh cookie. policy is the name of
// the rate that it has.
func (s server) credential(r *http.Request) (check check, policy, credential string, err error) {
	takes := s.route.Credentials
	if token, ok := bearer(r); ok && takes.Take(Session) {
		return s.Gate.Bearer, "user", token, nil
	}
	if key := r.Header.Get("X-API-Key"); key != "" && takes.Take(Key) {
		return s.Gate.Key, "key", key, nil
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if token := refreshCookie(r); token != "" && takes.Take(Cookie) && reads {
		return s.Gate.Cookie, "user", token, s.ownOrigin(r)
	}
	return nil, "", "", problem.New(problem.Unauthenticated, missingCredential(takes))
}

func missingCredential(takes Credentials) string {
	const token, key = "Authorization: Bearer <token>", "X-API-Key: <key>"
	switch {
	case !takes.Take(Key):
		return "Send an access token: " + token + "."
	case !takes.Take(Session):
		return "Send an API key: " + key + "."
	}
	return "Send an access token or an API key: " + token + ", or " + key + "."
}

// inPlan refuses a tenant whose plan lacks the row's feature.
func (s server) inPlan(ctx context.Context, caller auth.Caller) error {
	if s.route.Feature == "" {
		return nil
	}
	plan, err := s.Plans.Plan(ctx, caller.Tenant)
	if err != nil {
		return err
	}
	if !plan.Has(s.route.Feature) {
		return metering.NotInPlan(s.route.Feature, "This is part of the paid plans.", s.AppURL)
	}
	return nil
}

// countAddress counts a request that no credential answers for.
func (s server) countAddress(w http.ResponseWriter, r *http.Request) error {
	decision, err := s.Gate.Anonymous(r.Context(), s.ViewerAddress(r))
	if err == nil || problem.Is(err, problem.RateLimited) {
		_, anonymous := s.Gate.Policies()
		rateHeaders(w.Header(), "address", anonymous, decision)
	}
	return err
}

// countRefused counts a request whose credential was missing or refused, or came
// from another site, against its address, or trying many would be free. It answers
// what the caller is told.
func (s server) countRefused(w http.ResponseWriter, r *http.Request, refusal error) error {
	counted := (!s.route.Credentials.Identify() || s.unproved(r)) && !s.route.CountsSession
	refused := problem.Is(refusal, problem.Unauthenticated) || problem.Is(refusal, problem.SessionEnded) || problem.Is(refusal, problem.CrossSite)
	if counted || !refused {
		return refusal
	}
	if err := s.countAddress(w, r); err != nil {
		return err
	}
	return refusal
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

const headerOwnSite = "X-Requested-With"

// OwnSiteParam documents the header of a route that rests on the cookie alone.
func OwnSiteParam() Param {
	return Param{
		Name: headerOwnSite, Required: true, Rule: matching("^[!-~]([ -~]*[!-~])?$"),
		Description: "any value: a page of another site cannot send it",
	}
}

// sameSite refuses what another site could make a browser send: a form or an
// image cannot set X-Requested-With, and a script elsewhere announces its Origin.
func (s server) sameSite(r *http.Request) error {
	if r.Header.Get(headerOwnSite) == "" {
		return problem.New(problem.CrossSite, "Send the header X-Requested-With with calls that rest on the cookie.")
	}
	return s.ownOrigin(r)
}

// ownOrigin refuses what announces that it comes from another origin. It is all
// that a call which changes nothing is held to: a link or a picture sets no
// header, and the cookie is SameSite=Strict.
func (s server) ownOrigin(r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	own, err := url.Parse(s.AppURL)
	if err != nil || origin != own.Scheme+"://"+own.Host {
		return problem.New(problem.CrossSite, "The request came from another origin.")
	}
	return nil
}

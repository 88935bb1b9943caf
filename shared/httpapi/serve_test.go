package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

const caller = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")

// gate admits the token "good" and remembers which addresses it counted.
type gate struct {
	addresses []string
	refuse    error
}

func (g *gate) Bearer(_ context.Context, token string) (auth.Caller, ratelimit.Decision, error) {
	if token != "good" {
		return auth.Caller{}, ratelimit.Decision{}, problem.New(problem.Unauthenticated, "No.")
	}
	return g.admit(auth.Principal{User: "u"})
}

// Cookie and Key admit "good" too.
func (g *gate) Cookie(ctx context.Context, token string) (auth.Caller, ratelimit.Decision, error) {
	return g.Bearer(ctx, token)
}

func (g *gate) Key(ctx context.Context, key string) (auth.Caller, ratelimit.Decision, error) {
	if _, _, err := g.Bearer(ctx, key); err != nil {
		return auth.Caller{}, ratelimit.Decision{}, err
	}
	return g.admit(auth.Principal{Key: "k"})
}

func (g *gate) admit(p auth.Principal) (auth.Caller, ratelimit.Decision, error) {
	d := ratelimit.Decision{Allowed: true, Remaining: 9, Reset: 1500 * time.Millisecond}
	return auth.Caller{Tenant: caller, Principal: p, Role: auth.Member}, d, g.refuse
}

func (g *gate) Anonymous(ctx context.Context, address string) (ratelimit.Decision, error) {
	if tenant.ScopeFrom(ctx) != (tenant.Scope{}) {
		return ratelimit.Decision{}, errors.New("an address is counted in a tenant's scope")
	}
	g.addresses = append(g.addresses, address)
	return ratelimit.Decision{Allowed: true, Remaining: 59}, g.refuse
}

func (g *gate) Policies() (ratelimit.Limit, ratelimit.Limit) {
	return ratelimit.PerSecond(10), ratelimit.PerMinute(60)
}

// plans tells one plan, and counts how often it is asked.
type plans struct {
	plan  tenant.Plan
	gone  bool
	asked int
}

func (p *plans) Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) {
	p.asked++
	if p.gone {
		return "", fmt.Errorf("read tenant: %w", tenant.ErrGone)
	}
	if tenant.ScopeFrom(ctx).Tenant != t {
		return "", errors.New("read outside the scope")
	}
	return p.plan, nil
}

type bench struct {
	*testing.T
	edgeOnly bool
	gate     gate
	plans    plans
	logs     bytes.Buffer
	measured []int
	reported []error
	panics   []any
}

func (b *bench) edge() httpapi.Edge {
	return httpapi.Edge{
		AppURL: "http://localhost:8000", OriginSecrets: []string{"the-origin-secret", "the-other-secret", ""}, EdgeOnly: b.edgeOnly, Gate: &b.gate, Plans: &b.plans,
		Log: slog.New(slog.NewJSONHandler(&b.logs, nil)), Now: time.Now,
		RequestID: func(context.Context) string { return "req-1" },
		Report:    func(_ context.Context, err error) { b.reported = append(b.reported, err) },
		Panicked:  func(_ context.Context, v any) { b.panics = append(b.panics, v) },
		Measure:   func(status int, _ time.Duration) { b.measured = append(b.measured, status) },
	}
}

func (b *bench) serve(e plain, h httpapi.Handler[httpapi.None, answer], req *http.Request) (*http.Response, map[string]any) {
	b.Helper()
	rec := httptest.NewRecorder()
	httpapi.Serve(b.edge(), e, h).ServeHTTP(rec, req)
	var doc map[string]any
	if strings.Contains(rec.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil {
			b.Fatalf("answer is not JSON: %v", err)
		}
	}
	return rec.Result(), doc
}

type answer map[string]bool

type plain = httpapi.Endpoint[httpapi.None, answer]

// thing is the row of a thing.
func thing(change func(*httpapi.Route)) plain {
	e := plain{Route: httpapi.Route{Name: "thing", Method: "GET", Pattern: "/api/things/{id}", Status: 200}}
	if change != nil {
		change(&e.Route)
	}
	return e
}

func takes(c httpapi.Credentials) plain {
	return thing(func(r *httpapi.Route) { r.Credentials = c })
}

func ok(context.Context, *httpapi.Request[httpapi.None]) (answer, error) {
	return answer{"ok": true}, nil
}

func failing(err error) httpapi.Handler[httpapi.None, answer] {
	return func(context.Context, *httpapi.Request[httpapi.None]) (answer, error) { return nil, err }
}

func TestProblemDocuments(t *testing.T) {
	secret := "password=hunter2"
	cases := []struct {
		name     string
		err      error
		status   int
		code     string
		reported bool
	}{
		{"a problem", problem.New(problem.NotFound, "No such thing."), 404, "not_found", false},
		{"an unknown error", errors.New(secret), 500, "internal", true},
		{"a wrapped problem keeps its cause", problem.Wrap(problem.Unavailable, "Later.", errors.New(secret)), 503, "unavailable", true},
		// Anybody can ask for what is not set up: no 5xx, which rings and takes a release back, but in the operator's log.
		{"billing that is off", problem.Wrap(problem.BillingNotSetUp, "Off.", errors.New(secret)), 409, "billing_not_set_up", true},
		{"YouTube that is off", problem.New(problem.YouTubeNotSetUp, "Off."), 409, "youtube_not_set_up", true},
		{"mail that is off", problem.New(problem.MailNotSetUp, "Off."), 409, "mail_not_set_up", true},
		{"an unknown code", problem.New("no_such_code", "?"), 500, "no_such_code", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t}
			res, doc := b.serve(thing(nil), failing(c.err), httptest.NewRequest("GET", "/api/things/1", nil))
			if res.StatusCode != c.status || doc["code"] != c.code || doc["status"] != float64(c.status) {
				t.Fatalf("got %d %v", res.StatusCode, doc)
			}
			if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Fatalf("content type %q", got)
			}
			if doc["instance"] != "urn:request:req-1" || doc["type"] != "http://localhost:8000/api/docs#"+c.code {
				t.Fatalf("identity %v %v", doc["instance"], doc["type"])
			}
			if raw, _ := json.Marshal(doc); strings.Contains(string(raw), "hunter2") {
				t.Fatalf("the cause reached the caller: %s", raw)
			}
			if (len(b.reported) > 0) != c.reported {
				t.Fatalf("reported %v", b.reported)
			}
		})
	}
}

func TestPanicIsAProblem(t *testing.T) {
	b := &bench{T: t}
	res, doc := b.serve(thing(nil), func(context.Context, *httpapi.Request[httpapi.None]) (answer, error) { panic("boom") }, httptest.NewRequest("GET", "/api/things/1", nil))
	if res.StatusCode != 500 || doc["code"] != "internal" || len(b.panics) != 1 {
		t.Fatalf("got %d %v %v", res.StatusCode, doc, b.panics)
	}
}

func TestOnlyABearerOpensATenant(t *testing.T) {
	b := &bench{T: t}
	seen := tenant.Scope{}
	handler := func(ctx context.Context, in *httpapi.Request[httpapi.None]) (answer, error) {
		seen = tenant.ScopeFrom(ctx)
		return ok(ctx, in)
	}
	req := httptest.NewRequest("GET", "/api/things/1?tenant=other", nil)
	req.Header.Set("X-Tenant-Id", "other")
	if res, doc := b.serve(takes(httpapi.Session), handler, req); res.StatusCode != 401 || doc["code"] != "unauthenticated" || res.Header.Get("WWW-Authenticate") == "" {
		t.Fatalf("without a token: %d %v", res.StatusCode, doc)
	}
	req.Header.Set("Authorization", "bearer good")
	res, _ := b.serve(takes(httpapi.Session), handler, req)
	if res.StatusCode != 200 || seen.Tenant != caller || seen.Reach != tenant.ReachTenant {
		t.Fatalf("with a token: %d %+v", res.StatusCode, seen)
	}
	if got := res.Header.Get("RateLimit"); got != `"user";r=9;t=2` {
		t.Fatalf("RateLimit %q", got)
	}
	if got := res.Header.Get("RateLimit-Policy"); got != `"user";q=10;w=1` {
		t.Fatalf("RateLimit-Policy %q", got)
	}
}

func TestRateLimitRoundsRetryAfterUp(t *testing.T) {
	b := &bench{T: t, gate: gate{refuse: &problem.Error{Code: problem.RateLimited, Detail: "Slow down.", RetryAfter: 1200 * time.Millisecond}}}
	res, doc := b.serve(thing(nil), ok, httptest.NewRequest("GET", "/api/things/1", nil))
	if res.StatusCode != 429 || doc["code"] != "rate_limited" || res.Header.Get("Retry-After") != "2" {
		t.Fatalf("got %d %v %q", res.StatusCode, doc, res.Header.Get("Retry-After"))
	}
}

func TestUnknownPathsPassTheMiddleware(t *testing.T) {
	for _, target := range []string{
		"/", "/api", "/api//things/1", "//api/things/1", "/api/./things/1", "/api/things/../things/1", "/api/things/1/", "/api/things/1/more", "/api/things/%2e%2e",
	} {
		for _, route := range []plain{thing(nil), takes(httpapi.Session), thing(func(r *httpapi.Route) { r.CountsSession = true })} {
			b := &bench{T: t}
			res, doc := b.serve(route, ok, httptest.NewRequest("GET", target, nil))
			if res.StatusCode != 404 || doc["code"] != "route_not_found" {
				t.Errorf("%s: %d %v", target, res.StatusCode, doc)
			}
			if len(b.gate.addresses) != 1 || len(b.measured) != 1 || b.measured[0] != 404 || strings.Count(b.logs.String(), `"msg":"request"`) != 1 {
				t.Errorf("%s: counted %v, measured %v, logged %s", target, b.gate.addresses, b.measured, b.logs.String())
			}
		}
	}
	b := &bench{T: t, gate: gate{refuse: &problem.Error{Code: problem.RateLimited, RetryAfter: time.Second}}}
	if res, _ := b.serve(thing(nil), ok, httptest.NewRequest("GET", "/api//things/1", nil)); res.StatusCode != 429 {
		t.Errorf("an address beyond its rate: %d", res.StatusCode)
	}
}

func TestCookieRoutesRefuseOtherSites(t *testing.T) {
	cookie := thing(func(r *httpapi.Route) { r.Method, r.Pattern, r.Credentials = "POST", "/api/cookie", httpapi.Cookie })
	cases := []struct {
		name, with, origin string
		status             int
	}{
		{"a form elsewhere", "", "", 403},
		{"a script elsewhere", "x", "https://evil.example", 403},
		{"a sandboxed frame", "x", "null", 403},
		{"our name as a prefix", "x", "http://localhost:8000.evil.example", 403},
		{"our own page", "x", "http://localhost:8000", 200},
		{"a program", "x", "", 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t}
			req := httptest.NewRequest("POST", "/api/cookie", nil)
			if c.with != "" {
				req.Header.Set("X-Requested-With", c.with)
			}
			if c.origin != "" {
				req.Header.Set("Origin", c.origin)
			}
			if res, doc := b.serve(cookie, ok, req); res.StatusCode != c.status {
				t.Fatalf("got %d %v", res.StatusCode, doc)
			}
		})
	}
}

func TestViewerAddressNeedsTheOriginSecret(t *testing.T) {
	cases := []struct{ name, secret, claimed, want string }{
		{"no claim", "", "", "192.0.2.1"},
		{"a claim without proof", "", "203.0.113.9", "192.0.2.1"},
		{"a claim with a wrong proof", "guess", "203.0.113.9", "192.0.2.1"},
		{"our edge", "the-origin-secret", "203.0.113.9", "203.0.113.9"},
		{"our edge, in a rotation", "the-other-secret", "203.0.113.9", "203.0.113.9"},
		{"IPv6 counts by its /64", "the-origin-secret", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
		{"rubbish from our edge", "the-origin-secret", "x", "192.0.2.1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t}
			req := httptest.NewRequest("GET", "/api/things/1", nil)
			req.Header.Set("X-Origin-Secret", c.secret)
			req.Header.Set("X-Viewer-Address", c.claimed)
			req.Header.Set("X-Forwarded-For", "198.51.100.7")
			b.serve(thing(nil), ok, req)
			if len(b.gate.addresses) != 1 || b.gate.addresses[0] != c.want {
				t.Fatalf("counted %v, want %s", b.gate.addresses, c.want)
			}
		})
	}
}

// TestTheApisOwnAddressIsRefused: what did not come through the edge is refused on
// AWS before anything is counted, with both secrets of a rotation live; elsewhere it
// is served.
func TestTheApisOwnAddressIsRefused(t *testing.T) {
	for _, path := range []string{"/api/things/1", "/api/nothing", "/api//things/1"} {
		for secret, live := range map[string]bool{
			"": false, "guess": false, "the-origin-secret": true, "the-other-secret": true, "the-origin-secret ": false, "the-other": false,
		} {
			b := &bench{T: t, edgeOnly: true}
			req := httptest.NewRequest("GET", path, nil)
			req.Header.Set("X-Origin-Secret", secret)
			res, doc := b.serve(thing(nil), ok, req)
			if refused := res.StatusCode == 403 && doc["code"] == "forbidden"; refused == live {
				t.Errorf("%s with the secret %q: %d %v", path, secret, res.StatusCode, doc)
			}
			if counted := len(b.gate.addresses) > 0; counted != live {
				t.Errorf("%s with the secret %q: counted %v", path, secret, b.gate.addresses)
			}
			if strings.Contains(b.logs.String(), "secret") {
				t.Errorf("a secret is in the log: %s", b.logs.String())
			}
		}
	}
	b := &bench{T: t}
	if res, doc := b.serve(thing(nil), ok, httptest.NewRequest("GET", "/api/things/1", nil)); res.StatusCode != 200 {
		t.Errorf("where there is no edge in the way: %d %v", res.StatusCode, doc)
	}
}

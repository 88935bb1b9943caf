package httpapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// TestARowSaysWhichCredentialsItTakes sends every credential to rows that take
// each combination of them.
func TestARowSaysWhichCredentialsItTakes(t *testing.T) {
	const session, key, cookie = httpapi.Session, httpapi.Key, httpapi.Cookie
	cases := []struct {
		name   string
		takes  httpapi.Credentials
		method string
		send   string
		want   string // who is let in, or the code
	}{
		{"a token", session, "GET", "bearer", "user:u"},
		{"a token to keys only", key, "GET", "bearer", "unauthenticated"},
		{"a key", key, "GET", "key", "key:k"},
		{"a key to sessions only", session, "GET", "key", "unauthenticated"},
		{"a key to either", session | key, "POST", "key", "key:k"},
		{"a token before a key", session | key, "GET", "bearer key", "user:u"},
		{"a cookie reads", session | cookie, "GET", "cookie", "user:u"},
		{"a cookie asks for headers", session | cookie, "HEAD", "cookie", "user:u"},
		{"a cookie changes nothing", session | cookie, "POST", "cookie", "unauthenticated"},
		{"a cookie deletes nothing", session | cookie, "DELETE", "cookie", "unauthenticated"},
		{"a cookie to sessions only", session, "GET", "cookie", "unauthenticated"},
		{"a cookie to sessions and keys", session | key, "GET", "cookie", "unauthenticated"},
		{"a cookie from elsewhere", session | cookie, "GET", "cookie elsewhere", "cross_site_request"},
		{"a wrong cookie", session | cookie, "GET", "wrong", "unauthenticated"},
		{"nothing", session | key | cookie, "GET", "", "unauthenticated"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t}
			row := thing(func(r *httpapi.Route) { r.Credentials, r.Method = c.takes, strings.Replace(c.method, "HEAD", "GET", 1) })
			req := httptest.NewRequest(c.method, "/api/things/1", nil)
			for _, sent := range strings.Fields(c.send) {
				switch sent {
				case "bearer":
					req.Header.Set("Authorization", "Bearer good")
				case "key":
					req.Header.Set("X-API-Key", "good")
				case "cookie":
					req.Header.Set("Cookie", "refresh_token=good")
				case "wrong":
					req.Header.Set("Cookie", "refresh_token=bad")
				case "elsewhere":
					req.Header.Set("Origin", "https://evil.example")
				}
			}
			got := ""
			res, doc := b.serve(row, func(ctx context.Context, in *httpapi.Request[httpapi.None]) (answer, error) {
				got = in.Caller.Principal.Actor()
				if tenant.ScopeFrom(ctx).Tenant != caller {
					t.Error("the caller's data is not open")
				}
				return ok(ctx, in)
			}, req)
			if got == "" {
				got = fmt.Sprint(doc["code"])
			}
			if got != c.want {
				t.Errorf("got %s (%d), want %s", got, res.StatusCode, c.want)
			}
			if refused := c.want == "unauthenticated" || c.want == "cross_site_request"; (len(b.gate.addresses) == 1) != refused {
				t.Errorf("%s counted against its address %d times", c.want, len(b.gate.addresses))
			}
		})
	}
}

func TestARowNamesRoleAndFeature(t *testing.T) {
	limited := &problem.Error{Code: problem.RateLimited, RetryAfter: time.Second}
	cases := []struct {
		name   string
		role   auth.Role
		plan   tenant.Plan
		gone   bool
		refuse error
		code   string
		reads  int // of the plan
	}{
		{"a member in a paid plan", auth.Member, tenant.Pro, false, nil, "", 1},
		{"a free plan", auth.Member, tenant.Free, false, nil, "feature_not_in_plan", 1},
		{"another role", auth.Owner, tenant.Free, false, nil, "forbidden", 0},
		{"another role, too fast", auth.Owner, tenant.Free, false, limited, "rate_limited", 0},
		{"a free plan, too fast", auth.Member, tenant.Free, false, limited, "rate_limited", 0},
		{"a tenant that is gone", auth.Member, tenant.Pro, true, nil, "session_ended", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t, gate: gate{refuse: c.refuse}, plans: plans{plan: c.plan, gone: c.gone}}
			row := takes(httpapi.Session)
			row.Role, row.Feature = c.role, tenant.YouTubePublish
			req := httptest.NewRequest("GET", "/api/things/1", nil)
			req.Header.Set("Authorization", "Bearer good")
			res, doc := b.serve(row, ok, req)
			if got, _ := doc["code"].(string); got != c.code || b.plans.asked != c.reads {
				t.Errorf("got %d %q with %d reads, want %q with %d", res.StatusCode, got, b.plans.asked, c.code, c.reads)
			}
			if c.code == "feature_not_in_plan" && (doc["feature"] != "youtube_publish" || doc["upgrade_url"] != "http://localhost:8000/billing") {
				t.Errorf("the refusal says %v", doc)
			}
			if c.code == "session_ended" && (res.StatusCode != 401 || doc["detail"] != "This account no longer exists." || len(b.reported) > 0) {
				t.Errorf("%d %v, reported %v", res.StatusCode, doc, b.reported)
			}
		})
	}
}

// TestAHandlerMayFindTheTenantGone: that counts against the address, outside the
// tenant's scope.
func TestAHandlerMayFindTheTenantGone(t *testing.T) {
	b := &bench{T: t}
	req := httptest.NewRequest("GET", "/api/things/1", nil)
	req.Header.Set("Authorization", "Bearer good")
	res, doc := b.serve(takes(httpapi.Session), failing(fmt.Errorf("read: %w", tenant.ErrGone)), req)
	if res.StatusCode != 401 || doc["code"] != "session_ended" || len(b.gate.addresses) != 1 || len(b.reported) > 0 {
		t.Errorf("%d %v, counted %v, reported %v", res.StatusCode, doc, b.gate.addresses, b.reported)
	}
}

func TestARowWithoutAFeatureReadsNoPlan(t *testing.T) {
	b := &bench{T: t}
	req := httptest.NewRequest("GET", "/api/things/1", nil)
	req.Header.Set("Authorization", "Bearer good")
	if res, _ := b.serve(takes(httpapi.Session), ok, req); res.StatusCode != 200 || b.plans.asked != 0 {
		t.Errorf("%d, %d reads", res.StatusCode, b.plans.asked)
	}
}

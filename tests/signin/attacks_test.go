package signin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// deployed is one function as Lambda calls it: the proxy around the endpoint
// that takes a session or a key and says for whom it takes the caller.
func (s *stage) deployed() boot.APIHandler {
	s.Helper()
	handler, rt, err := boot.NewHTTP(s.Context(), s.environ, s.logs, func(_ context.Context, rt *boot.Runtime, c settings) (http.Handler, error) {
		rt.Now, rt.AWS.BaseEndpoint, rt.AWS.Credentials = s.clock.Now, s.AWS.BaseEndpoint, s.AWS.Credentials
		rt.AWS.ConfigSources = s.AWS.ConfigSources
		return edge.Serve(rt, c.Settings, programs, tellCaller)
	})
	if err != nil {
		s.Fatal(err)
	}
	return boot.Proxy(rt, handler)
}

type event = events.APIGatewayV2HTTPRequest

// attack changes a sound call of mine, so that it might pass for theirs.
type attack struct {
	name   string
	change func(*event)
	status int // 200 is an answer to me alone
}

// header sets one of a call.
func header(name, value string) func(*event) {
	return func(e *event) { e.Headers[strings.ToLower(name)] = value }
}

// rawPath replaces the path of a call.
func rawPath(path string) func(*event) {
	return func(e *event) { e.RawPath, e.RequestContext.HTTP.Path = path, path }
}

// contextAttacks put their identity where a gateway would.
func contextAttacks(their person) []attack {
	claims := `{"authorizer":{"jwt":{"claims":{"sub":"` + their.user + `","tenant":"` + their.tenant + `"}},"lambda":{"tenant_id":"` + their.tenant + `"}}}`
	return []attack{
		{"the proxy's own context header", header("X-GoLambdaProxy-ApiGw-Context", claims), 200},
		{"the proxy's stage variables", header("X-GoLambdaProxy-ApiGw-StageVars", `{"tenant":"`+their.tenant+`"}`), 200},
		{"a header that only looks like the proxy's", header("X-GoLambdaProxy-Tenant", their.tenant), 200},
		{"a request context in a header", header("X-Amzn-Request-Context", claims), 200},
		{"a Lambda context in a header", header("X-Amzn-Lambda-Context", claims), 200},
		{"identity of a load balancer", header("X-Amzn-Oidc-Identity", their.user), 200},
		{"claims of a JWT authorizer", func(e *event) {
			e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"tenant": their.tenant}},
			}
		}, 200},
		{"the word of a Lambda authorizer", func(e *event) {
			e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: map[string]any{"tenant_id": their.tenant}}
		}, 200},
		{"stage variables of the event", func(e *event) { e.StageVariables = map[string]string{"tenant_id": their.tenant} }, 200},
		{"path parameters that the path has not", func(e *event) { e.PathParameters = map[string]string{"id": their.tenant, "tenant": their.tenant} }, 200},
		{"headers of proxies that sign in", func(e *event) {
			for _, name := range []string{"X-Forwarded-User", "X-Remote-User", "X-Auth-Request-User", "X-Tenant-Id", "X-User-Id"} {
				header(name, their.tenant)(e)
			}
		}, 200},
	}
}

// methodAndPathAttacks ask for something else than what was routed.
func methodAndPathAttacks(their person) []attack {
	return []attack{
		{"X-HTTP-Method-Override", header("X-HTTP-Method-Override", "DELETE"), 200},
		{"X-HTTP-Method", header("X-HTTP-Method", "DELETE"), 200},
		{"X-Method-Override", header("X-Method-Override", "PUT"), 200},
		{"a method in the query", func(e *event) { e.RawQueryString = "_method=DELETE" }, 200},
		{"another method", func(e *event) { e.RequestContext.HTTP.Method = "DELETE" }, 404},
		{"X-Original-URL", header("X-Original-URL", "/api/account/"+their.tenant), 200},
		{"X-Rewrite-URL", header("X-Rewrite-URL", "/api/account/"+their.tenant), 200},
		{"two slashes", rawPath("//api/programs"), 404},
		{"two slashes within", rawPath("/api//programs"), 404},
		{"a slash at the end", rawPath("/api/programs/"), 404},
		{"a dot at the end", rawPath("/api/programs."), 404},
		{"an encoded slash", rawPath("/api%2fprograms"), 404},
		{"an encoded slash, twice", rawPath("/api%252fprograms"), 404},
		{"a folder up", rawPath("/api/x/../programs"), 404},
		{"an encoded folder up", rawPath("/api/x/%2e%2e/programs"), 404},
		{"a folder up with a parameter", rawPath("/api/x/..;/programs"), 404},
		{"a parameter in the path", rawPath("/api/programs;tenant=" + their.tenant), 404},
		{"a zero byte", rawPath("/api/programs%00"), 404},
		{"a backslash", rawPath(`/api\programs`), 404},
		{"another case", rawPath("/API/programs"), 404},
		{"a whole address", rawPath("http://localhost/api/programs"), 404},
	}
}

// credentialAttacks bring more than one credential, or one in another place.
func credentialAttacks(my, their person, myKey, theirKey, theirKeyID string) []attack {
	mine, theirs := "Bearer "+my.text("access_token"), "Bearer "+their.text("access_token")
	both := func(key string) func(*event) {
		return func(e *event) { e.Headers["authorization"], e.Headers["x-api-key"] = mine, key }
	}
	alone := func(name, value string) func(*event) {
		return func(e *event) { delete(e.Headers, "authorization"); header(name, value)(e) }
	}
	renamed := func(key string, part int, with string) string {
		parts := strings.Split(key, "_")
		parts[part] = with
		return strings.Join(parts, "_")
	}
	return []attack{
		{"my session and their key", both(theirKey), 200},
		{"my session and my key", both(myKey), 200},
		{"no session of mine, and a key", func(e *event) { both(myKey)(e); e.Headers["authorization"] = "Bearer rubbish" }, 401},
		{"my key and their cookie", func(e *event) {
			alone("X-API-Key", myKey)(e)
			e.Cookies = []string{"refresh_token=" + their.cookie()}
		}, 200},
		{"their cookie alone", func(e *event) {
			delete(e.Headers, "authorization")
			e.Cookies = []string{"refresh_token=" + their.cookie()}
		}, 401},
		{"two Authorization headers", header("Authorization", mine+","+theirs), 401},
		{"a scheme in small letters", header("Authorization", "bearer "+my.text("access_token")), 200},
		{"two spaces behind the scheme", header("Authorization", "Bearer  "+my.text("access_token")), 200},
		{"another scheme", header("Authorization", "Basic "+my.text("access_token")), 401},
		{"no scheme", header("Authorization", my.text("access_token")), 401},
		{"a token in the query", func(e *event) {
			delete(e.Headers, "authorization")
			e.RawQueryString = "access_token=" + my.text("access_token")
		}, 401},
		{"a token in another header", alone("X-Authorization", mine), 401},
		{"a token as a key", alone("X-API-Key", my.text("access_token")), 401},
		{"a key as a token", header("Authorization", "Bearer "+myKey), 401},
		{"my key with their tenant's id", alone("X-API-Key", renamed(myKey, 1, their.tenant)), 401},
		{"my key with their key's id", alone("X-API-Key", renamed(myKey, 2, theirKeyID)), 401},
		{"my key with their user's id", alone("X-API-Key", renamed(myKey, 2, their.user)), 401},
		{"their key with my tenant's id", alone("X-API-Key", renamed(theirKey, 1, my.tenant)), 401},
	}
}

// TestNobodyPassesForAnother: whatever a call carries, it is answered for the one
// credential that the row's order picks, or not at all.
func TestNobodyPassesForAnother(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=1000")
	my, their := s.person(), s.person()
	myKey, _ := s.key(my)
	theirKey, theirKeyID := s.key(their)
	call := s.deployed()
	rows := append(append(contextAttacks(their), methodAndPathAttacks(their)...), credentialAttacks(my, their, myKey, theirKey, theirKeyID)...)
	seen := map[string]bool{}
	for _, a := range rows {
		t.Run(a.name, func(t *testing.T) {
			e := event{Version: "2.0", RawPath: "/api/programs", Headers: map[string]string{"authorization": "Bearer " + my.text("access_token")}}
			e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path, e.RequestContext.HTTP.SourceIP = "GET", "/api/programs", "203.0.113.7"
			a.change(&e)
			ctx, spent := calls.Count(t.Context())
			res, err := call(ctx, e)
			if err != nil {
				t.Fatal(err)
			}
			var who callerAnswer
			if err := json.Unmarshal([]byte(res.Body), &who); err != nil {
				t.Fatalf("%d %s", res.StatusCode, res.Body)
			}
			if res.StatusCode != a.status || a.status == 200 && string(who.Tenant) != my.tenant || strings.Contains(res.Body, their.tenant) {
				t.Errorf("%d %s, want %d", res.StatusCode, res.Body, a.status)
			}
			// A credential that names them is looked up as one of theirs, in one refused write.
			for _, asked := range spent.Asked() {
				guess := asked.Scope.Reach == tenant.ReachCredential && asked.Action == "UpdateItem" && res.StatusCode == 401
				if strings.Contains(asked.Key, their.tenant) && !guess {
					t.Errorf("asked for %s of %s", asked.Action, asked.Key)
				}
			}
		})
		seen[a.name] = true
	}
	if t.Logf("%d attacks", len(seen)); len(seen) < 25 || len(seen) != len(rows) {
		t.Errorf("%d attacks of different names", len(seen))
	}
}

package e2e_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/harness"
)

var pathParam = regexp.MustCompile(`\{[^}]+\}`)

// rubbishBodies are what no endpoint may store or stumble over. Each is refused
// by every endpoint that takes a body.
func rubbishBodies() map[string]string {
	planes := map[string]string{
		"plane 1, unassigned":       "\U0001FFFE", // a noncharacter
		"plane 2, unassigned":       "\U0002FFFF",
		"planes 4 to 13 are empty":  "\U00040000\U000D0000",
		"plane 14, tag characters":  "\U000E0001\U000E0041",
		"plane 15, private use":     "\U000F0000",
		"plane 16, private use":     "\U00100000",
		"plane 0, private use":      "\uE000",
		"plane 0, noncharacter":     "\uFDD0",
		"replacement character":     "\uFFFD",
		"control characters":        `\u0000\u0007\u001b[31m`,
		"bidirectional override":    "abc\u202Edef",
		"a lone surrogate":          `\ud800`,
		"a script":                  `<script>alert(1)<\/script>`,
		"an image with a handler":   `<img src=x onerror=alert(1)>`,
		"a comment that hides text": `<!-- hidden -->`,
	}
	bodies := map[string]string{
		"empty":             ``,
		"broken":            `{"title": "a`,
		"a list":            `[1,2,3]`,
		"a string":          `"title"`,
		"null":              `null`,
		"wrong types":       `{"title":7,"email":[],"token":{},"scenes":"x","prompt":false}`,
		"deeply nested":     `{"scenes":` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `}`,
		"unknown fields":    `{"tenant_id":"x","__proto__":{"admin":true}}`,
		"too many scenes":   `{"title":"a","scenes":[` + strings.Repeat(`{"text":"a"},`, 20) + `{"text":"a"}]}`,
		"too long a text":   `{"title":"a","email":"a@example.com","scenes":[{"text":"` + strings.Repeat("a", 1001) + `"}]}`,
		"numbers too large": `{"title":1e999,"scenes":[{"text":1e999}],"prompt":1e999,"email":1e999,"token":1e999}`,
		"not UTF-8":         "{\"title\":\"\xff\xfe\",\"email\":\"\xff@example.com\",\"token\":\"\xff\",\"prompt\":\"\xff\"}",
	}
	for name, text := range planes {
		bodies[name] = `{"title":"` + text + `","email":"` + text + `","token":"` + text + `","prompt":"` + text + `","scenes":[{"text":"` + text + `"}]}`
	}
	return bodies
}

// TestRubbish sends rubbish to every endpoint: always 4xx problem+json, never 5xx.
func TestRubbish(t *testing.T) {
	harness.Proof(t)
	p := shared(t)
	person, stranger := signIn(t, p.URL), newClient(t, p.URL)
	bodies := rubbishBodies()
	names := slices.Sorted(maps.Keys(bodies))
	for nth, route := range httpapi.Routes() {
		if route.Body == nil || route.Pattern == "/" {
			continue
		}
		path := pathParam.ReplaceAllString(route.Pattern, tenant.NewID())
		for i, name := range names {
			body := bodies[name]
			if body == "" && route.MayBeEmpty || !harness.Takes(i, nth) {
				continue // no rubbish there, or another's turn
			}
			c := stranger
			if route.Credentials.Take(httpapi.Session) {
				c = person
			}
			r := c.do(route.Method, path, body, "X-Requested-With", "e2e", "If-Match", `"1"`)
			isProblem(t, route.Name+": "+name, r)
		}
	}
	if got := person.must(200, "GET", "/api/v1/projects", nil)["items"].([]any); len(got) != 0 {
		t.Errorf("rubbish was stored: %v", got)
	}
	if used, reserved := person.usage("images_count"); used != 0 || reserved != 0 {
		t.Errorf("rubbish was charged: %v %v", used, reserved)
	}
}

func isProblem(t *testing.T, what string, r reply) {
	t.Helper()
	if r.status < 400 || r.status > 499 {
		t.Errorf("%s: status %d: %.300s", what, r.status, r.body)
		return
	}
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: content type %q", what, got)
	}
	if r.json["code"] == nil || r.json["detail"] == nil || r.json["instance"] == nil {
		t.Errorf("%s: not a problem document: %.300s", what, r.body)
	}
}

// TestHugeBodies sends 10 MB to every endpoint that takes a body.
func TestHugeBodies(t *testing.T) {
	p := shared(t)
	person := signIn(t, p.URL)
	huge := `{"title":"` + strings.Repeat("a", 10<<20) + `"}`
	for _, route := range httpapi.Routes() {
		if route.Body == nil || route.Pattern == "/" {
			continue
		}
		path := pathParam.ReplaceAllString(route.Pattern, tenant.NewID())
		r, err := person.try(route.Method, path, huge, "X-Requested-With", "e2e", "If-Match", `"1"`)
		if err != nil { // a server may close an upload that it has refused
			t.Errorf("%s: %v", route.Name, err)
			continue
		}
		isProblem(t, route.Name, r)
	}
}

// TestRubbishPaths puts rubbish where ids, queries, cursors and headers go.
func TestRubbishPaths(t *testing.T) {
	harness.Proof(t)
	p := shared(t)
	person := signIn(t, p.URL)
	rubbish := []string{"..", "%00", "%0a", "%ff", "'--", "<script>", strings.Repeat("a", 3000), "\u202e", "T#x", "01ARZ3NDEKTSV4RRFFQ69G5FA", "💥"}
	for nth, route := range httpapi.Routes() {
		if route.Pattern == "/" || !route.Credentials.Take(httpapi.Session) {
			continue
		}
		for i, junk := range rubbish {
			if !harness.Takes(i, nth) {
				continue
			}
			escaped := junk
			if !strings.HasPrefix(junk, "%") {
				escaped = url.PathEscape(junk)
			}
			if pathParam.MatchString(route.Pattern) {
				var body any
				if route.Body != nil {
					body = `{}`
				}
				r := person.do(route.Method, pathParam.ReplaceAllString(route.Pattern, escaped), body, "If-Match", `"1"`)
				isProblem(t, route.Name+" "+junk, r)
			}
			if len(route.Query) > 0 && route.Method == http.MethodGet {
				for _, q := range route.Query {
					r := person.do("GET", pathParam.ReplaceAllString(route.Pattern, tenant.NewID())+"?"+q.Name+"="+url.QueryEscape(junk), nil)
					isProblem(t, route.Name+" ?"+q.Name+"="+junk, r)
				}
			}
		}
	}
	for _, token := range []string{"x", "a.b.c", strings.Repeat("e", 9000), "eyJhbGciOiJub25lIn0.e30."} {
		stranger := newClient(t, p.URL)
		stranger.token = token
		r := stranger.do("GET", "/api/usage", nil)
		if r.status != 401 && r.status != 431 {
			t.Errorf("token %.20s: status %d", token, r.status)
		}
	}
}

// soundBody is a body that the route takes, so that it is the id which is looked at.
func soundBody(route httpapi.Route) any {
	switch {
	case route.Body == nil || route.MayBeEmpty:
		return nil
	case route.Name == httpapi.MemberUpdate.Name:
		return map[string]any{"role": "owner"}
	}
	return map[string]any{"title": "Mine now"}
}

// TestForeignIDs asks for another tenant's things on every endpoint: the answer
// is the one for an id that never was.
func TestForeignIDs(t *testing.T) {
	p := shared(t)
	owner, other := signIn(t, p.URL), signIn(t, p.URL)
	project := owner.project("He leads me beside still waters.")
	job, _ := owner.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
	defer owner.do("DELETE", "/api/v1/jobs/"+job, nil)
	picture, _ := owner.must(200, "POST", "/api/v1/images", map[string]string{"prompt": "a hill", "aspect": "1:1"})["image_id"].(string)

	tested := 0
	for _, route := range httpapi.Routes() {
		if !pathParam.MatchString(route.Pattern) || !route.Credentials.Take(httpapi.Session) {
			continue
		}
		tested++
		foreign, absent := project, tenant.NewID()
		if strings.Contains(route.Pattern, "/jobs/") {
			foreign = job
		}
		if strings.Contains(route.Pattern, "/images/") {
			foreign = picture
		}
		body := soundBody(route)
		a := other.do(route.Method, pathParam.ReplaceAllString(route.Pattern, foreign), body, "If-Match", `"1"`)
		b := other.do(route.Method, pathParam.ReplaceAllString(route.Pattern, absent), body, "If-Match", `"1"`)
		want := http.StatusNotFound
		if route.Feature != "" { // these are free accounts, which it is refused whatever the id is
			want = http.StatusForbidden
		}
		if a.status != want || a.status != b.status || sameBut(a.json, b.json) != "" {
			t.Errorf("%s: foreign %d %s, absent %d %s", route.Name, a.status, a.body, b.status, b.body)
		}
	}
	if tested < 8 {
		t.Errorf("only %d routes with ids were tried", tested)
	}
	scene := func(id string) reply {
		return other.do("POST", "/api/v1/projects", map[string]any{"title": "x", "scenes": []any{map[string]string{"text": "a", "image_id": id}}})
	}
	a, b := scene(picture), scene(tenant.NewID())
	if a.status < 400 || a.status != b.status || sameBut(a.json, b.json) != "" {
		t.Errorf("a foreign picture in a scene: %d %s, an absent one %d %s", a.status, a.body, b.status, b.body)
	}
	owner.must(200, "GET", "/api/v1/projects/"+project, nil)
}

// sameBut names a member in which two problem documents differ; the instance is
// each request's own.
func sameBut(a, b map[string]any) string {
	for name := range a {
		if name != "instance" && name != "errors" && a[name] != b[name] {
			return name
		}
	}
	if len(a) != len(b) {
		return "count"
	}
	return ""
}

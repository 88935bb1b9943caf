package httpapi

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func TestACursorLeadsOnInItsOwnListOnly(t *testing.T) {
	anna, ben := auth.Caller{Tenant: tenant.ID(tenant.NewID())}, auth.Caller{Tenant: tenant.ID(tenant.NewID())}
	id := tenant.NewID()
	on := func(who auth.Caller, list, query string) Call {
		return Call{
			Caller: who, route: Route{Method: "GET", Paged: true, Query: append(pageParams(), Param{Name: "kind"})},
			http: httptest.NewRequest("GET", "/api/v1/"+list+"?"+query, nil),
		}
	}
	first := on(anna, "jobs", "kind=a")
	cursor := *cursorAfter(anna, first.list(), id)
	read := func(who auth.Caller, list, cursor string) (string, error) {
		call := on(who, list, "kind=a&limit=7&cursor="+url.QueryEscape(cursor))
		err := call.read()
		return call.After, err
	}
	otherwise := func() (string, error) {
		call := on(anna, "jobs", "kind=b&cursor="+url.QueryEscape(cursor))
		err := call.read()
		return call.After, err
	}
	if after, err := read(anna, "jobs", cursor); err != nil || after != id {
		t.Fatalf("own cursor: %q, %v", after, err)
	}
	if cursorAfter(anna, "jobs", "") != nil {
		t.Error("the last page has a cursor")
	}
	forged := base64.RawURLEncoding.EncodeToString([]byte("x:" + id))
	for name, try := range map[string]func() (string, error){
		"of another tenant":  func() (string, error) { return read(ben, "jobs", cursor) },
		"of another list":    func() (string, error) { return read(anna, "projects", cursor) },
		"of another parent":  func() (string, error) { return read(anna, "projects/1/jobs", cursor) },
		"narrowed otherwise": otherwise,
		"cut off":            func() (string, error) { return read(anna, "jobs", cursor[:len(cursor)-2]) },
		"forged":             func() (string, error) { return read(anna, "jobs", forged) },
		"no base64":          func() (string, error) { return read(anna, "jobs", "§§") },
		"an id":              func() (string, error) { return read(anna, "jobs", id) },
	} {
		if after, err := try(); !problem.Is(err, problem.InvalidCursor) {
			t.Errorf("%s: %q, %v", name, after, err)
		}
	}
}

func TestEveryBadParameterIsNamed(t *testing.T) {
	list := Route{
		Paged: true, Pattern: "/api/v1/jobs",
		Query: []Param{{Name: "limit"}, {Name: "cursor"}, {Name: "kind", Values: []string{"image", "audio"}}},
	}
	for query, want := range map[string]string{
		"": "", "limit=100": "", "limit=": "", "kind=": "", "kind=audio": "", "other=1": "",
		"limit=0": "limit", "limit=-1": "limit", "limit=101": "limit", "limit=x": "limit", "limit=1e1": "limit", "limit=99999999999999999999": "limit",
		"kind=video": "kind", "kind=video&limit=0": "limit kind", "kind=video&cursor=x": "kind", "cursor=x": "invalid_cursor",
	} {
		call := Call{route: list, http: httptest.NewRequest("GET", "/?"+query, nil)}
		var got []string
		switch err := call.read(); {
		case problem.Is(err, problem.InvalidInput):
			for _, f := range problem.From(err).Fields {
				got = append(got, f.Field)
			}
		case err != nil:
			got = append(got, string(problem.From(err).Code))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
}

func TestARequestWithoutABodyRefusesOne(t *testing.T) {
	for body, fine := range map[string]bool{"": true, " {} ": true, "\n": true, `{"x":1}`: false, "[]": false, "null": false, "rubbish": false} {
		if err := noBody(httptest.NewRequest("POST", "/", strings.NewReader(body))); (err == nil) != fine {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestIfMatch(t *testing.T) {
	for sent, want := range map[string]int64{`"3"`: 3, "3": 3, ` "12" `: 12, "": 0, "*": -1, `"x"`: -1, "-1": -1, "0": -1} {
		r := httptest.NewRequest("PATCH", "/", nil)
		r.Header.Set("If-Match", sent)
		if version := (&Call{http: r}).IfMatch(); version != want {
			t.Errorf("%q is version %d, want %d", sent, version, want)
		}
	}
}

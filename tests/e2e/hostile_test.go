package e2e_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/harness"
)

// untried begin what takes minutes, mails, or ends the caller's account.
var untried = []string{
	"project-render", "job-retry", "image-create", "magic-link-request", "member-invite", "member-leave", "account-close", "export-start", "session-logout", "session-end",
}

// odd are values that somebody may send anywhere.
var odd = []string{
	"", " ", "0", "-1", "+1", "1e309", "9223372036854775808", "null", "true", "[]", "{}", "\"", "\\", "'", "%", "%00", "..", "../..", "/", "//", "T#x", "A#", "#", "\u202e", "\u0000", "\ufffe", "💥", "é", "e\u0301", "\xff",
	"<script>", "{\\an8}", "${x}", "=1+1", "a@b.c\r\nBcc: d@e.f", "https://evil.example", "2026-13", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01arz3ndektsv4rrffq69g5fav", strings.Repeat("a", 300), strings.Repeat("[", 300),
}

// hostileCall makes one request of a row, odd in some of its places.
type hostileCall struct {
	*rand.Rand
	route httpapi.Route
}

func (h hostileCall) pick() string { return odd[h.IntN(len(odd))] }

// path fills the wildcards, and asks for what the row knows and what it does not.
func (h hostileCall) path() string {
	path := pathParam.ReplaceAllStringFunc(h.route.Pattern, func(string) string {
		if h.IntN(2) == 0 {
			return tenant.NewID()
		}
		return url.PathEscape(h.pick())
	})
	query := url.Values{}
	for _, p := range h.route.Query {
		if h.IntN(2) == 0 {
			query.Add(p.Name, h.pick())
		}
	}
	if h.IntN(4) == 0 {
		query.Add("tenant_id", h.pick())
	}
	return path + "?" + query.Encode()
}

// headers are those that are read somewhere. Values that no client could send are
// left to tests/raw.
func (h hostileCall) headers() (all []string) {
	for _, name := range []string{"Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Accept-Encoding", "Content-Type", "X-Requested-With", "X-Viewer-Address", "X-Forwarded-Host", "Cookie", "Range"} {
		value := strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return -1
			}
			return r
		}, h.pick())
		if h.IntN(4) == 0 {
			all = append(all, name, value)
		}
	}
	return all
}

// body is an object with the row's own members, each of any kind.
func (h hostileCall) body() string {
	members := map[string]any{}
	if t := reflect.TypeOf(h.route.Body); t != nil && t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && h.IntN(3) > 0 {
				members[name] = h.value(3)
			}
		}
	}
	if h.IntN(5) == 0 {
		members[h.pick()] = h.value(2)
	}
	text, err := json.Marshal(members)
	if err != nil || h.IntN(8) == 0 {
		return h.pick()
	}
	return string(text)
}

func (h hostileCall) value(deep int) any {
	switch n := h.IntN(8); {
	case n < 4 || deep == 0:
		return h.pick()
	case n == 4:
		return h.IntN(3) - 1
	case n == 5:
		return nil
	case n == 6:
		return []any{h.value(deep - 1), h.value(deep - 1)}
	}
	return map[string]any{"text": h.value(deep - 1), "image_id": h.value(deep - 1), h.pick(): true}
}

// TestHostileRequests sends odd requests to every endpoint as an owner, a member, a
// key and nobody: none is answered with 5xx, each refusal is a problem, and an
// account that calls nothing stays as it is. make hostile sends many more, which
// schemathesis makes from the document.
func TestHostileRequests(t *testing.T) {
	harness.Proof(t)
	p := shared(t)
	c, witness := newCanary(t, p.URL, "hostile"), signIn(t, p.URL)
	c.signInAs(c.word("owner") + "@example.com")
	c.pay()
	c.join()
	key := c.must(201, "POST", "/api/account/api-keys", map[string]string{"name": "hostile"})["api_key"].(string)
	witness.project("He leads me beside still waters.")
	id := tenant.ID(witness.must(200, "GET", "/api/auth/me", nil)["tenant_id"].(string))
	before := belongings(t.Context(), t, p, id)
	callers := []*client{c.client, c.member, newClient(t, p.URL), newClient(t, p.URL)}

	const seed = 54
	random, sent, rounds := rand.New(rand.NewPCG(seed, seed)), map[string]int{}, 1
	if harness.InFull() {
		rounds = 2
	}
	for _, route := range harness.SomeOf(httpapi.Routes()) {
		if route.Pattern == "/" || slices.Contains(untried, route.Name) {
			continue
		}
		for range rounds {
			h := hostileCall{random, route}
			for i, role := range []string{"owner", "member", "key", "nobody"} {
				path, headers, body := h.path(), h.headers(), any(nil)
				if route.Method != http.MethodGet {
					body = h.body()
				}
				if role == "key" {
					headers = append(headers, "X-API-Key", key)
				}
				r, err := callers[i].try(route.Method, path, body, headers...)
				if sent[role]++; err != nil {
					t.Errorf("seed %d: %s as %s: %v", seed, route.Name, role, err)
				} else if r.status >= 400 {
					isProblem(t, route.Name+" as "+role+" at "+path, r)
				}
			}
		}
	}
	t.Logf("hostile requests, seed %d: %v, held", seed, sent)
	for _, name := range changes(before, belongings(t.Context(), t, p, id)) {
		t.Errorf("of an account that called nothing there changed %s", name)
	}
}

// changes are the names of what is not as it was, but for what the archive of acts
// and of the ledger goes on with by itself.
func changes(before, after map[string]string) (all []string) {
	for name, item := range after {
		if own := strings.Contains(name, " AUDIT") || strings.Contains(name, "/audit/"); before[name] != item && !own {
			all = append(all, name)
		}
	}
	for name := range before {
		if after[name] == "" {
			all = append(all, name)
		}
	}
	return all
}

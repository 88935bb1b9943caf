package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestWebAppAndAPIShareTheirOrigin: pages and the API answer side by side, and the
// pages may load what the API names.
func TestWebAppAndAPIShareTheirOrigin(t *testing.T) {
	p := shared(t)
	at := func(method, path string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, p.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(body)
	}
	page, body := at("GET", "/projects/01ARZ3NDEKTSV4RRFFQ69G5FAV")
	if page.StatusCode != 200 || !strings.Contains(body, `<div id="root">`) {
		t.Errorf("an app path: %d %.200s", page.StatusCode, body)
	}
	for path, want := range map[string]int{"/api/no-such-route": 404, "/api": 404, "/api/health": 200, "/.well-known/jwks.json": 200, "/assets/none.js": 404} {
		if res, body := at("GET", path); res.StatusCode != want || strings.Contains(body, `id="root"`) {
			t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
		}
	}
	if res, _ := at("POST", "/login"); res.StatusCode != 405 {
		t.Errorf("a post to a page: %d", res.StatusCode)
	}

	_, body = at("GET", "/api/v1/voices")
	var voices struct {
		Items []struct {
			SampleURL string `json:"sample_url"`
		}
	}
	if err := json.Unmarshal([]byte(body), &voices); err != nil || len(voices.Items) == 0 {
		t.Fatalf("%v %.200s", err, body)
	}
	sample, err := url.Parse(voices.Items[0].SampleURL)
	if err != nil {
		t.Fatal(err)
	}
	policy := page.Header.Get("Content-Security-Policy")
	for _, directive := range []string{"img-src", "media-src", "connect-src"} {
		_, rest, _ := strings.Cut(policy, directive+" ")
		allowed, _, _ := strings.Cut(rest, ";")
		if !strings.Contains(allowed+" ", " "+sample.Scheme+"://"+sample.Host+" ") {
			t.Errorf("%s %s does not admit %s://%s", directive, allowed, sample.Scheme, sample.Host)
		}
	}
}

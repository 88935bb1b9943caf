package httpapi_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
)

// TestAnswersAreCompressed: a large answer is sent as gzip to who takes it, whole,
// and says that it could have been another; a small one, and one that holds a secret
// or answers a cookie, is sent as it is.
func TestAnswersAreCompressed(t *testing.T) {
	large := strings.Repeat("The Lord is my shepherd. ", 100)
	for name, c := range map[string]struct {
		row      plain
		takes    string
		body     string
		packed   bool
		varies   bool
		signedIn bool
	}{
		"taken":              {row: thing(nil), takes: "br, gzip;q=0.5", body: large, packed: true, varies: true},
		"anything":           {row: thing(nil), takes: "*", body: large, packed: true, varies: true},
		"not asked for":      {row: thing(nil), body: large, varies: true},
		"refused":            {row: thing(nil), takes: "gzip;q=0, *", body: large, varies: true},
		"another":            {row: thing(nil), takes: "br", body: large, varies: true},
		"small":              {row: thing(nil), takes: "gzip", body: "short"},
		"a bearer's":         {row: takes(httpapi.Session), takes: "gzip", body: large, packed: true, varies: true},
		"a cookie's":         {row: takes(httpapi.Cookie), takes: "gzip", body: large},
		"a secret":           {row: thing(func(r *httpapi.Route) { r.Secret = true }), takes: "gzip", body: large},
		"it signs in":        {row: thing(nil), takes: "gzip", body: large, signedIn: true},
		"not text":           {row: thing(func(r *httpapi.Route) { r.ContentType = "image/png" }), takes: "gzip", body: large},
		"a text of its own":  {row: thing(func(r *httpapi.Route) { r.ContentType = "text/html; charset=utf-8" }), takes: "gzip", body: large, packed: true, varies: true},
		"the document's own": {row: thing(func(r *httpapi.Route) { r.ContentType = "application/json" }), takes: "GZIP", body: large, packed: true, varies: true},
	} {
		t.Run(name, func(t *testing.T) {
			res := sendContent(t, c.row.Route, c.body, c.takes, c.signedIn)
			if got := res.Header.Get("Content-Encoding") == "gzip"; got != c.packed {
				t.Errorf("compressed: %v", got)
			}
			if got := res.Header.Get("Vary") == "Accept-Encoding"; got != c.varies {
				t.Errorf("Vary: %q", res.Header.Get("Vary"))
			}
			var body io.Reader = res.Body
			if c.packed {
				var err error
				if body, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := io.ReadAll(body); err != nil || string(got) != c.body || res.StatusCode != 200 {
				t.Errorf("%d: %d of %d bytes, %v", res.StatusCode, len(got), len(c.body), err)
			}
		})
	}
}

// sendContent has a row answer with body, and with a cookie where it signs in.
func sendContent(t *testing.T, row httpapi.Route, body, takes string, signedIn bool) *http.Response {
	t.Helper()
	if row.ContentType == "" {
		row.ContentType = "application/json"
	}
	b := &bench{T: t}
	rec, req := httptest.NewRecorder(), httptest.NewRequest("GET", "/api/things/1", nil)
	req.Header.Set("Accept-Encoding", takes)
	req.Header.Set("Authorization", "Bearer good")
	req.Header.Set("X-Requested-With", "web")
	req.AddCookie(&http.Cookie{Name: "refresh_token", Value: "good"})
	req.Header.Set("Origin", "http://localhost:8000")
	httpapi.Serve(b.edge(), httpapi.Endpoint[httpapi.None, httpapi.Content]{Route: row},
		func(_ context.Context, r *httpapi.Request[httpapi.None]) (httpapi.Content, error) {
			if signedIn {
				r.SetHeader("Set-Cookie", "refresh_token=x")
			}
			return httpapi.Content(body), nil
		}).ServeHTTP(rec, req)
	return rec.Result()
}

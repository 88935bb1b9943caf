package edge

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

const media = "http://127.0.0.1:4566"

var script = "'use strict';" + strings.Repeat("call();", 1000)

// site is an edge with a built web app. What another part answers, it marks.
func site(t *testing.T) http.Handler {
	t.Helper()
	top := t.TempDir()
	for name, body := range map[string]string{
		"secret.txt":                "not for the web",
		"dist/index.html":           `<div id="root"></div>`,
		"dist/favicon.svg":          "<svg/>",
		"dist/assets/app-abc123.js": script,
	} {
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-From", "api")
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(api.Close)
	a := API{Endpoint: api.URL, ID: "abc", AppURL: "http://localhost:8000"}
	pages, err := a.Pages(filepath.Join(top, "dist"), media)
	if err != nil {
		t.Fatal(err)
	}
	mailbox := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-From", "mailbox") })
	h, err := Handler(a, mailbox, pages)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := request(method, target, http.NoBody)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPathsOfTheSite(t *testing.T) {
	t.Parallel()
	h := site(t)
	const forever, asked = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct {
		path   string
		status int
		cache  string
		kind   string
	}{
		{"/", 200, asked, "text/html; charset=utf-8"},
		{"/index.html", 200, asked, "text/html; charset=utf-8"},
		{"/videos/01ARZ3NDEKTSV4RRFFQ69G5FAV", 200, asked, "text/html; charset=utf-8"},
		{"/auth/verify?x=1.css", 200, asked, "text/html; charset=utf-8"},
		{"/no/such/page/", 200, asked, "text/html; charset=utf-8"},
		{"/apis", 200, asked, "text/html; charset=utf-8"},
		{"/favicon.svg", 200, asked, "image/svg+xml"},
		{"/assets/app-abc123.js", 200, forever, "text/javascript; charset=utf-8"},
		{"/assets/app-old999.js", 404, "no-store", "application/problem+json"},
		{"/assets/", 404, "no-store", "application/problem+json"},
		{"/assets", 200, asked, "text/html; charset=utf-8"}, // an app path, not a list of files
		{"/robots.txt", 404, "no-store", "application/problem+json"},
		{"/../secret.txt", 404, "no-store", "application/problem+json"},
		{"/assets/../../secret.txt", 404, "no-store", "application/problem+json"},
		{"/%2e%2e/secret.txt", 404, "no-store", "application/problem+json"},
		{"/..%2fsecret.txt", 404, "no-store", "application/problem+json"},
		{"/assets/..%5c..%5csecret.txt", 404, "no-store", "application/problem+json"},
		{"//secret.txt", 404, "no-store", "application/problem+json"},
		{"/secret.txt%00.js", 404, "no-store", "application/problem+json"},
	} {
		at, err := url.ParseRequestURI(c.path) // as a server reads a request line
		if err != nil {
			t.Fatal(err)
		}
		r := request("GET", "/", http.NoBody)
		r.URL = at
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Cache-Control") != c.cache || w.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s: %d, %q, %q", c.path, w.Code, w.Header().Get("Cache-Control"), w.Header().Get("Content-Type"))
		}
		if w.Header().Get("X-From") != "" || strings.Contains(w.Body.String(), "not for the web") {
			t.Errorf("%s: answered by %q: %s", c.path, w.Header().Get("X-From"), w.Body)
		}
		for name, want := range Headers(media) {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", c.path, name, got)
			}
		}
	}
}

func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	h := site(t)
	for path, want := range map[string]string{
		"/api": "api", "/api/nope": "api", "/api/v1/x.js": "api", "/.well-known/jwks.json": "api", "/webhooks/stripe": "api",
		"/mailbox": "mailbox", "/mailbox.json": "mailbox", "/login": "",
	} {
		w := ask(h, "GET", path)
		if got := w.Header().Get("X-From"); got != want {
			t.Errorf("%s: answered by %q", path, got)
		}
		if want == "api" && (w.Code != 404 || w.Header().Get("Content-Security-Policy") != "") {
			t.Errorf("%s: the API's answer came as %d %v", path, w.Code, w.Header())
		}
	}
}

func TestPagesCanOnlyBeRead(t *testing.T) {
	t.Parallel()
	h := site(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		w := ask(h, method, "/login")
		isProblem(t, w, 405, "method_not_allowed")
		if w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: allow %q", method, w.Header().Get("Allow"))
		}
	}
	w := ask(h, "HEAD", "/login")
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "21" {
		t.Errorf("HEAD: %d, %d bytes, length %s", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

func TestWhatABrowserHasIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h := site(t)
	for _, accepted := range []string{"", "gzip", "br"} {
		first := ask(h, "GET", "/assets/app-abc123.js", "Accept-Encoding", accepted)
		again := ask(h, "GET", "/assets/app-abc123.js", "Accept-Encoding", accepted, "If-None-Match", first.Header().Get("ETag"))
		if first.Header().Get("ETag") == "" || again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("accepting %q: %d after %q", accepted, again.Code, first.Header().Get("ETag"))
		}
	}
	if w := ask(h, "GET", "/", "If-None-Match", `"of an older build"`); w.Code != 200 {
		t.Errorf("another build: %d", w.Code)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	h := site(t)
	for _, c := range []struct{ path, accepted, coding string }{
		{"/assets/app-abc123.js", "gzip, deflate, br, zstd", "br"},
		{"/assets/app-abc123.js", "br;q=0, GZIP;q=0.5", "gzip"},
		{"/assets/app-abc123.js", "gzip, deflate", "gzip"},
		{"/assets/app-abc123.js", "gzip;q=0", ""},
		{"/assets/app-abc123.js", "gzip; q=0.000", ""},
		{"/assets/app-abc123.js", "", ""},
		{"/favicon.svg", "gzip, br", ""}, // too small to gain
	} {
		w := ask(h, "GET", c.path, "Accept-Encoding", c.accepted)
		if got := w.Header().Get("Content-Encoding"); got != c.coding {
			t.Errorf("%s, accepting %q: coding %q, want %q", c.path, c.accepted, got, c.coding)
			continue
		}
		var from io.Reader
		switch c.coding {
		case "":
			continue
		case "br":
			from = brotli.NewReader(w.Body)
		default:
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			from = z
		}
		if body, err := io.ReadAll(from); err != nil || string(body) != script || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d bytes, %v, vary %q", c.path, len(body), err, w.Header().Get("Vary"))
		}
	}
	w := ask(h, "GET", "/assets/app-abc123.js", "Accept-Encoding", "gzip", "Range", "bytes=0-3")
	if w.Code != 206 || w.Body.String() != script[:4] {
		t.Errorf("a part: %d %q", w.Code, w.Body)
	}
}

// TestUnfinishedBuilds: an app that cannot be served whole is not served.
func TestUnfinishedBuilds(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"no index": "assets/app.js", "an unknown type": "thing.unheard-of"} {
		dist := t.TempDir()
		if name != "no index" {
			if err := os.WriteFile(filepath.Join(dist, "index.html"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Join(dist, "assets"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dist, filepath.FromSlash(file)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := (API{}).Pages(dist, media); err == nil {
			t.Errorf("%s: served", name)
		}
	}
	if _, err := (API{}).Pages(filepath.Join(t.TempDir(), "none"), media); err == nil {
		t.Error("no folder: served")
	}
}

// TestLive: vite's answers carry what its scripts need, sockets go through, and
// the API stays the API's.
func TestLive(t *testing.T) {
	t.Parallel()
	vite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-From", "vite "+r.Host)
		if r.Header.Get("Upgrade") != "" {
			w.Header().Set("Upgrade", r.Header.Get("Upgrade"))
			w.Header().Set("Connection", "Upgrade")
			w.WriteHeader(http.StatusSwitchingProtocols)
		}
	}))
	t.Cleanup(vite.Close)
	a := API{Endpoint: "http://127.0.0.1:1", AppURL: "http://localhost:8000"}
	pages, err := a.Live(vite.URL, media)
	if err != nil {
		t.Fatal(err)
	}
	h, err := Handler(a, http.NotFoundHandler(), pages)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(h, "GET", "http://localhost:8000/src/main.tsx")
	policy := w.Header().Get("Content-Security-Policy")
	if w.Header().Get("X-From") != "vite localhost:8000" || !strings.Contains(policy, media) || !strings.Contains(policy, "'unsafe-inline'") {
		t.Errorf("%q under %q", w.Header().Get("X-From"), policy)
	}
	if w := ask(h, "GET", "/api/health"); w.Header().Get("X-From") != "" {
		t.Errorf("the API's path went to %s", w.Header().Get("X-From"))
	}
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	r, err := http.NewRequestWithContext(t.Context(), "GET", front.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	res, err := front.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("a socket: %d", res.StatusCode)
	}
	vite.Close()
	isProblem(t, ask(h, "GET", "/"), 503, "unavailable")
}

package edge

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// behind answers with what reached the API.
func behind(t *testing.T) (http.Handler, *http.Request, *httptest.Server) {
	t.Helper()
	var seen http.Request
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = *r
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		_, _ = w.Write(body)
	}))
	t.Cleanup(api.Close)
	h, err := Handler(API{Endpoint: api.URL, ID: "abc", Secret: "ours", AppURL: "http://localhost:8000"}, http.NotFoundHandler(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return h, &seen, api
}

func TestForward(t *testing.T) {
	t.Parallel()
	h, seen, _ := behind(t)
	r := request("POST", "/api//v1/../a%2Fb?x=1&x=%20", strings.NewReader("body"))
	r.RemoteAddr = "[::1]:999"
	r.Header.Set("X-Viewer-Address", "6.6.6.6")
	r.Header.Add("X-Origin-Secret", "theirs")
	r.Header.Set("X-Forwarded-For", "6.6.6.6")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got := seen.URL.EscapedPath(); got != "/_aws/execute-api/abc/$default/api//v1/../a%2Fb" || seen.URL.RawQuery != "x=1&x=%20" {
		t.Errorf("path %s, query %s", got, seen.URL.RawQuery)
	}
	if v := seen.Header.Values("X-Viewer-Address"); len(v) != 1 || v[0] != "::1" {
		t.Errorf("viewer %v", v)
	}
	if v := seen.Header.Values("X-Origin-Secret"); len(v) != 1 || v[0] != "ours" {
		t.Error("the caller's origin secret went through")
	}
	if len(w.Header().Values("Set-Cookie")) != 2 || w.Body.String() != "body" {
		t.Errorf("cookies %v, body %q", w.Header().Values("Set-Cookie"), w.Body)
	}
}

// TestRawFunctionsAreReachedByTheirHost: a Function URL gets what was sent, byte
// for byte, and nothing of the API's.
func TestRawFunctionsAreReachedByTheirHost(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	var body []byte
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		seen = r
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(emulator.Close)
	h, err := Handler(API{
		Endpoint: emulator.URL, ID: "abc", Secret: "ours", AppURL: "http://localhost:8000",
		Raw: map[string]string{"/webhooks/trial": "id.lambda-url.us-east-1.on.aws"},
	}, http.NotFoundHandler(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sent := string([]byte{0, 0xff, '\r', '\n', '%'})
	r := request("POST", "/webhooks/trial?x=1&x=%20", strings.NewReader(sent))
	r.Header.Set("Trial-Signature", "t=1,v1=abc,v1=def")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusAccepted || string(body) != sent {
		t.Errorf("%d, body %q", w.Code, body)
	}
	if seen.Host != "id.lambda-url.us-east-1.on.aws" || seen.URL.Path != "/webhooks/trial" || seen.URL.RawQuery != "x=1&x=%20" {
		t.Errorf("%s %s?%s", seen.Host, seen.URL.Path, seen.URL.RawQuery)
	}
	if v := seen.Header.Values("Trial-Signature"); len(v) != 1 || v[0] != "t=1,v1=abc,v1=def" || seen.Header.Get("X-Origin-Secret") != "" {
		t.Errorf("headers %v", seen.Header)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, request("POST", "/webhooks/other", http.NoBody))
	if !strings.HasPrefix(seen.URL.Path, "/_aws/execute-api/abc/") {
		t.Errorf("an unknown webhook went to %s", seen.URL.Path)
	}
}

// TestAPrefixLeadsToOneFunction: a Function URL that is served below a path gets
// all that begins with it, in every method, and what is not below it stays where
// it was.
func TestAPrefixLeadsToOneFunction(t *testing.T) {
	t.Parallel()
	var host, path, method string
	emulator := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		host, path, method = r.Host, r.URL.EscapedPath(), r.Method
	}))
	t.Cleanup(emulator.Close)
	h, err := Handler(API{
		Endpoint: emulator.URL, ID: "abc", AppURL: "http://localhost:8000",
		Raw: map[string]string{"/mock/": "all.on.aws", "/mock/pay/": "pay.on.aws", "/mock/pay/hook": "hook.on.aws", "/webhooks/trial": "trial.on.aws"},
	}, http.NotFoundHandler(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{
		"/mock/pay/v1/customers?x=1": "pay.on.aws", "/mock/pay/": "pay.on.aws", "/mock/pay/hook": "hook.on.aws", "/mock/pay/hook/x": "pay.on.aws",
		"/mock/payment": "all.on.aws", "/mock/a%2Fb": "all.on.aws",
		"/mock": "", "/mockery/x": "", "/webhooks/trial/x": "api", "/webhooks/trial": "trial.on.aws", "/": "", "/api/mock/pay/x": "api",
	} {
		for _, verb := range []string{"GET", "POST", "DELETE"} {
			host, path, method = "", "", ""
			h.ServeHTTP(httptest.NewRecorder(), request(verb, target, http.NoBody))
			got := host
			if strings.HasPrefix(path, "/_aws/execute-api/") {
				got = "api"
			}
			if whole, _, _ := strings.Cut(target, "?"); got != want || want != "" && method != verb || want != "" && want != "api" && path != whole {
				t.Errorf("%s %s went to %q as %s %s, want %q", verb, target, host, method, path, want)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h, _, api := behind(t)
	large := func() *http.Request {
		return request("POST", "/api/x", strings.NewReader(strings.Repeat("a", bodyLimit+1)))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, large())
	isProblem(t, w, 413, "body_too_large")

	api.Close()
	w = httptest.NewRecorder()
	h.ServeHTTP(w, request("GET", "/api/health", nil))
	isProblem(t, w, 503, "unavailable")
}

func isProblem(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" || doc["code"] != code || doc["type"] == nil {
		t.Errorf("%d %s %v", w.Code, w.Header().Get("Content-Type"), doc)
	}
}

// request is one to the product's own name; httptest's is to example.com.
func request(method, target string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, target, body)
	r.Host = "localhost:8000"
	return r
}

// TestOtherNames: a page elsewhere can make its own name lead here, and would
// then read what is answered.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	h, _, _ := behind(t)
	for host, want := range map[string]int{
		"localhost:8000": 200, "127.0.0.1:8000": 200, "[::1]:8000": 200, "localhost": 200,
		"evil.example:8000": 403, "localhost.evil.example": 403, "": 403, "169.254.169.254": 403, "a b": 403,
	} {
		r := request("GET", "/api/x", http.NoBody)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}

package boot

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

func urlOf(t *testing.T, h http.HandlerFunc) URLHandler {
	t.Helper()
	call, err := NewURL(t.Context(), base, io.Discard, func(context.Context, *Runtime, struct{}) (http.Handler, error) { return h, nil })
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// TestRawRequestsArriveWhole: a signature covers bytes, so each counts.
func TestRawRequestsArriveWhole(t *testing.T) {
	t.Parallel()
	binary := string([]byte{0, 0xff, 0xfe, '\r', '\n', 'x'})
	for name, c := range map[string]struct {
		body   string
		base64 bool
		want   string
	}{
		"text":                             {body: `{"a":"ä"}`, want: `{"a":"ä"}`},
		"bytes that are no UTF-8":          {body: base64.StdEncoding.EncodeToString([]byte(binary)), base64: true, want: binary},
		"base64 that was sent as text":     {body: "eyJhIjoxfQ==", want: "eyJhIjoxfQ=="},
		"base64 that was sent, in base64":  {body: base64.StdEncoding.EncodeToString([]byte("eyJhIjoxfQ==")), base64: true, want: "eyJhIjoxfQ=="},
		"nothing, and nothing in base64":   {base64: true},
		"text that only looks like escape": {body: "a%20b+c&d=\u0000", want: "a%20b+c&d=\u0000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got *http.Request
			var body []byte
			call := urlOf(t, func(_ http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
			})
			e := events.LambdaFunctionURLRequest{
				RawPath: "/webhooks/a b%zz", RawQueryString: "x=1&x=%20", Body: c.body, IsBase64Encoded: c.base64,
				Headers: map[string]string{
					"stripe-signature": "t=1,v1=abc,v1=def", "date": "Mon, 02 Jan 2006 15:04:05 GMT", "x-list": `"a, b", c`, "x-golambdaproxy-x": "kept",
				},
				Cookies: []string{"a=1", "b=2,3"},
			}
			e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP, e.RequestContext.DomainName = "PUT", "203.0.113.7", "id.lambda-url"
			e.RequestContext.RequestID = "req-3"
			res, err := call(t.Context(), e)
			if err != nil || res.StatusCode != http.StatusNoContent {
				t.Fatalf("%d %v", res.StatusCode, err)
			}
			if string(body) != c.want || got.ContentLength != int64(len(c.want)) {
				t.Errorf("body %q of %d, want %q", body, got.ContentLength, c.want)
			}
			want := http.Header{
				"Stripe-Signature": {"t=1,v1=abc,v1=def"}, "Date": {"Mon, 02 Jan 2006 15:04:05 GMT"}, "X-List": {`"a, b", c`},
				"X-Golambdaproxy-X": {"kept"}, "Cookie": {"a=1; b=2,3"},
			}
			if !reflect.DeepEqual(got.Header, want) {
				t.Errorf("headers %q", got.Header)
			}
			if got.Method != "PUT" || got.URL.Path != "/webhooks/a b%zz" || got.URL.RawQuery != "x=1&x=%20" || got.RemoteAddr != "203.0.113.7" ||
				got.Host != "id.lambda-url" || RequestID(got.Context()) != "req-3" {
				t.Errorf("request %s %s?%s from %s to %s, %s", got.Method, got.URL.Path, got.URL.RawQuery, got.RemoteAddr, got.Host, RequestID(got.Context()))
			}
			if cookie, err := got.Cookie("a"); err != nil || cookie.Value != "1" {
				t.Errorf("cookie %v %v", cookie, err)
			}
		})
	}
}

func TestRawAnswersGoBackWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   events.LambdaFunctionURLResponse
	}{
		"text": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusAccepted)
				w.Header().Set("X-Late", "dropped, as net/http does")
				_, _ = w.Write([]byte(`{"a":1}`))
			},
			events.LambdaFunctionURLResponse{StatusCode: 202, Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"a":1}`},
		},
		"bytes, cookies and lists": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
				w.Header()["X-List"] = []string{"a", "b"}
				_, _ = w.Write([]byte{0xff, 0})
			},
			events.LambdaFunctionURLResponse{
				StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain; charset=utf-16le", "X-List": "a, b"},
				Cookies: []string{"a=1", "b=2"}, Body: "/wA=", IsBase64Encoded: true,
			},
		},
		"nothing": {
			func(http.ResponseWriter, *http.Request) {},
			events.LambdaFunctionURLResponse{StatusCode: 204, Headers: map[string]string{}},
		},
		"a panic": {
			func(http.ResponseWriter, *http.Request) { panic("boom") },
			events.LambdaFunctionURLResponse{StatusCode: 500, Headers: map[string]string{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, err := urlOf(t, c.handle)(t.Context(), events.LambdaFunctionURLRequest{})
			if name == "bytes, cookies and lists" {
				c.want.Headers["Content-Type"] = res.Headers["Content-Type"] // net/http's guess
			}
			if err != nil || !reflect.DeepEqual(res, c.want) {
				t.Errorf("%+v %v, want %+v", res, err, c.want)
			}
		})
	}
}

// TestRawAnswersKeepAMargin: a call that hangs ends in an answer.
func TestRawAnswersKeepAMargin(t *testing.T) {
	t.Parallel()
	end := time.Now().Add(time.Hour)
	ctx, done := context.WithDeadline(t.Context(), end)
	defer done()
	var own time.Time
	call := urlOf(t, func(_ http.ResponseWriter, r *http.Request) { own, _ = r.Context().Deadline() })
	if _, err := call(ctx, events.LambdaFunctionURLRequest{}); err != nil || !own.Equal(end.Add(-answerMargin)) {
		t.Errorf("the handler may work until %v, the function until %v (%v)", own, end, err)
	}
}

package boot

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
)

var oddPaths = []string{"", "/", "/api/v1/projects", "/a b", "/%zz", "/%00", "/\x00", "/?x", "/#x", "//evil.example/x", "http://evil.example/", "*", "a", "/..", "/\xff", "/%2e%2e/", "/a?b=%zz", "/ü\u202e", "\\", "/;:@&=+$,"}

// FuzzProxyEvent: any event of the API becomes a request, to this host alone, with
// the body that was sent and without headers that are the adapter's own.
func FuzzProxyEvent(f *testing.F) {
	for _, path := range oddPaths {
		f.Add(path, path, "x-golambdaproxy-apigw-context", path, true)
	}
	f.Add("/", "a=b&c=%20", "X-GoLambdaProxy-x", "e30=", true)
	f.Add("/", "\r\n", "a:b", "{}", false)
	f.Add("", "#%", "", "", false)
	f.Add("/a#b", "cursor=a#b&limit=2", "", "", false)
	f.Fuzz(func(t *testing.T, path, query, header, body string, encoded bool) {
		e := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Headers: map[string]string{header: "x", "host": "api.example.com"}, Body: body, IsBase64Encoded: encoded}
		e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path, e.RequestContext.DomainName = http.MethodPost, path, "api.example.com"
		accessor := core.RequestAccessorV2{}
		r, err := accessor.EventToRequestWithContext(t.Context(), convertible(e))
		if err != nil {
			t.Fatalf("%q ?%q: %v", path, query, err)
		}
		if host := r.URL.Host; host != "" && host != "api.example.com" && !strings.HasPrefix(host, "aws-serverless") {
			t.Errorf("%q is asked of %q", path, host)
		}
		if r.URL.Fragment != "" {
			t.Errorf("%q ?%q ends at a fragment, %q", path, query, r.URL.Fragment)
		}
		if decoded, err := base64.StdEncoding.DecodeString(body); encoded && err == nil {
			body = string(decoded)
		}
		if got, err := io.ReadAll(r.Body); err != nil || string(got) != body {
			t.Errorf("%q arrives as %q, %v", body, got, err)
		}
		for name := range convertible(e).Headers {
			if strings.HasPrefix(strings.ToLower(name), "x-golambdaproxy-") {
				t.Errorf("%q gets through", name)
			}
		}
	})
}

// FuzzRawEvent: the same of a Function URL's event. What claims to be base64 and is
// none fails where it is read, with a problem.
func FuzzRawEvent(f *testing.F) {
	for _, path := range oddPaths {
		f.Add(path, path, path, "a=1", false)
		f.Add("/", "", path, "a=1; b=2", true)
	}
	f.Fuzz(func(t *testing.T, path, query, body, cookie string, encoded bool) {
		e := events.LambdaFunctionURLRequest{RawPath: path, RawQueryString: query, Body: body, IsBase64Encoded: encoded, Cookies: []string{cookie}, Headers: map[string]string{"stripe-signature": query}}
		r := rawRequest(t.Context(), e)
		if r.URL.Host != "" && !strings.HasPrefix(path, "http") && !strings.Contains(path, "://") || r.Header.Get("Stripe-Signature") != query {
			t.Errorf("%q is a request of %+v, %v", path, r.URL, r.Header)
		}
		_, _ = url.ParseQuery(r.URL.RawQuery)
		want, err := body, error(nil)
		if encoded {
			var decoded []byte
			decoded, err = base64.StdEncoding.DecodeString(body)
			want = string(decoded)
		}
		if got, failed := io.ReadAll(r.Body); (failed != nil) != (err != nil) || err == nil && string(got) != want {
			t.Errorf("%q arrives as %q, %v", body, got, failed)
		}
	})
}

// FuzzMessage: a message of a queue is read, or refused without its words.
func FuzzMessage(f *testing.F) {
	for _, body := range []string{"", "null", "{}", `{"tenant_id":1}`, `{"job_id":"secret"`, "[]", "\xff", `{"id":"` + strings.Repeat("x", 1000) + `"}`} {
		f.Add(body, "1")
	}
	f.Add("{}", "-1")
	f.Add("{}", "x")
	type order struct {
		Tenant string `json:"tenant_id"`
		ID     string `json:"id"`
	}
	f.Fuzz(func(t *testing.T, body, count string) {
		record := events.SQSMessage{MessageId: "m", Body: body, Attributes: map[string]string{"ApproximateReceiveCount": count}}
		if _, err := received[order](record); err != nil && err.Error() != "the body is not the JSON that is expected" {
			t.Errorf("%q: %v", body, err)
		}
		if raw, err := received[Message](record); err != nil || raw.Body != body {
			t.Errorf("%q arrives as %+v, %v", body, raw, err)
		}
	})
}

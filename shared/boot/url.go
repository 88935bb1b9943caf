package boot

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// URLHandler is the Lambda handler of a raw function: one behind a Function URL.
type URLHandler = func(context.Context, events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error)

// URL serves a raw function. Its handler sees the request as it was sent: the
// body byte for byte and each header value whole, since a signature over them is
// what proves the caller. (The API's adapter splits header values at commas.)
func URL[C any](build HTTPBuild[C]) {
	handler, rt, err := newURL(context.Background(), os.Environ(), os.Stdout, build)
	if err != nil {
		die(err)
	}
	start(rt, handler)
}

// NewURL builds a raw function on the given environment without serving it.
func NewURL[C any](ctx context.Context, environ []string, out io.Writer, build HTTPBuild[C]) (URLHandler, error) {
	handler, _, err := newURL(ctx, environ, out, build)
	return handler, err
}

func newURL[C any](ctx context.Context, environ []string, out io.Writer, build HTTPBuild[C]) (URLHandler, *Runtime, error) {
	handler, rt, err := NewHTTP(ctx, environ, out, build)
	if err != nil {
		return nil, nil, err
	}
	handler = recoverer(rt, implicitStatus(handler))
	return invoked(rt, func(ctx context.Context, event events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
		ctx = WithRequestID(ctx, event.RequestContext.RequestID)
		ctx, done := keeping(ctx, answerMargin)
		defer done()
		answer := rawAnswer{header: http.Header{}}
		handler.ServeHTTP(&answer, rawRequest(ctx, event))
		return answer.response(), nil
	}), rt, nil
}

func rawRequest(ctx context.Context, event events.LambdaFunctionURLRequest) *http.Request {
	at := event.RequestContext
	header := http.Header{}
	for name, value := range event.Headers {
		header.Add(name, value)
	}
	if len(event.Cookies) > 0 { // AWS puts them here, the emulator into the header
		header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	target := rawTarget(event.RawPath)
	target.RawQuery = event.RawQueryString
	body, length := rawBody(event)
	r := &http.Request{
		Method: at.HTTP.Method, URL: target, Host: at.DomainName, RemoteAddr: at.HTTP.SourceIP, RequestURI: target.RequestURI(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Body: body, ContentLength: length,
	}
	return r.WithContext(ctx)
}

// rawTarget takes a path escaped or not: AWS and the emulator unescape it.
func rawTarget(path string) *url.URL {
	if target, err := url.ParseRequestURI(path); err == nil && !strings.ContainsAny(path, "?#") {
		return target
	}
	return &url.URL{Path: path}
}

// rawBody decodes once. A body that is not the base64 it claims to be is a
// problem for whoever reads it.
func rawBody(event events.LambdaFunctionURLRequest) (io.ReadCloser, int64) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return io.NopCloser(unreadable{problem.Wrap(problem.MalformedBody, "The body is not the base64 that it claims to be.", err)}), -1
		}
		body = decoded
	}
	return io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

type unreadable struct{ err error }

func (u unreadable) Read([]byte) (int, error) { return 0, u.err }

// rawAnswer collects what a handler writes.
type rawAnswer struct {
	header http.Header
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
}

func (a *rawAnswer) Header() http.Header { return a.header }

func (a *rawAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *rawAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

func (a *rawAnswer) response() events.LambdaFunctionURLResponse {
	body := a.body.Bytes()
	res := events.LambdaFunctionURLResponse{StatusCode: a.status, Headers: map[string]string{}}
	for name, values := range a.sent {
		if name == "Set-Cookie" { // the one header whose values cannot be joined
			res.Cookies = values
			continue
		}
		res.Headers[name] = strings.Join(values, ", ")
	}
	if len(body) > 0 && res.Headers["Content-Type"] == "" {
		res.Headers["Content-Type"] = http.DetectContentType(body) // Lambda would say application/json
	}
	if utf8.Valid(body) {
		res.Body = string(body)
	} else {
		res.Body, res.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return res
}

package boot

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// APIHandler is the Lambda handler of an API function.
type APIHandler func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// answerMargin is kept of a function's time, so that a call which hangs ends in
// an answer of ours and not in the function being killed.
const answerMargin = 1500 * time.Millisecond

// Proxy makes the Lambda handler of an API function from its net/http handler.
func Proxy(rt *Runtime, handler http.Handler) APIHandler { return proxy(rt, handler) }

func proxy(rt *Runtime, handler http.Handler) APIHandler {
	adapter := httpadapter.NewV2(recoverer(rt, implicitStatus(handler)))
	return invoked(rt, func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		ctx = WithRequestID(ctx, event.RequestContext.RequestID)
		ctx, done := keeping(ctx, answerMargin)
		defer done()
		return adapter.ProxyWithContext(ctx, convertible(event))
	})
}

// keeping ends ctx before the function's own end.
func keeping(ctx context.Context, margin time.Duration) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, end.Add(-margin))
}

// convertible repairs what the adapter would answer with a 504: a path or query
// with bytes that no URL may hold, a body that is not the base64 it claims to
// be, and header names that look like the adapter's own.
func convertible(event events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	raw := event.RawPath
	if raw == "" {
		raw = event.RequestContext.HTTP.Path
	}
	if _, err := url.ParseRequestURI(raw); err != nil || strings.ContainsAny(raw, "?#") {
		raw = (&url.URL{Path: raw}).EscapedPath()
	}
	event.RawPath = raw
	event.RawQueryString = escapeQuery(event.RawQueryString)
	if event.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			body = []byte(event.Body)
		}
		event.Body, event.IsBase64Encoded = string(body), false
	}
	headers := make(map[string]string, len(event.Headers))
	for name, value := range event.Headers {
		if !strings.HasPrefix(strings.ToLower(name), "x-golambdaproxy-") {
			headers[name] = value
		}
	}
	event.Headers = headers
	return event
}

// escapeQuery leaves nothing in a query that the address it becomes a part of would
// take for its end: a # begins a fragment there.
func escapeQuery(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// implicitStatus gives a handler that writes nothing net/http's own meaning
// (success, no content) where the adapter would answer 504.
func implicitStatus(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(seen, r)
		if !seen.wrote {
			w.WriteHeader(http.StatusNoContent)
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	wrote bool
}

func (w *statusWriter) WriteHeader(status int) {
	w.wrote = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// recoverer turns a panic into an empty 500 after reporting it; httpapi answers
// its own panics with a problem document, so this is the last resort.
func recoverer(rt *Runtime, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				rt.Panicked(r.Context(), v)
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Panicked logs and reports a recovered panic.
func (rt *Runtime) Panicked(ctx context.Context, v any) {
	rt.Log.ErrorContext(ctx, "panic", "value", fmt.Sprint(v), "stack", string(debug.Stack()))
	rt.unexpected(ctx, fmt.Errorf("panic: %v", v))
}

// Report logs an error that is a defect or an outage, and sends it to Sentry
// when that is configured.
func (rt *Runtime) Report(ctx context.Context, err error) {
	rt.Log.ErrorContext(ctx, "internal error", "error", err.Error())
	if problem.From(err).Code == problem.Internal {
		rt.unexpected(ctx, err)
		return
	}
	rt.reporter.report(ctx, err)
}

// unexpected counts an error that nobody expected, and sends it to Sentry. Every kind
// of function comes by here.
func (rt *Runtime) unexpected(ctx context.Context, err error) {
	rt.Metrics.Add(metric.FunctionErrors, 1, Count, nil)
	rt.reporter.report(ctx, err)
}

// worker wraps a typed handler: request id, panics, and error types that a
// state machine can name in Retry and Catch.
func worker[In, Out any](rt *Runtime, handle func(context.Context, In) (Out, error)) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, in In) (out Out, err error) {
		if lc, ok := lambdacontext.FromContext(ctx); ok {
			ctx = WithRequestID(ctx, lc.AwsRequestID)
		}
		defer func() {
			if v := recover(); v != nil {
				rt.Panicked(ctx, v)
				err = typed(problem.Wrap(problem.Internal, "The step panicked.", fmt.Errorf("panic: %v", v)))
			}
		}()
		out, err = handle(ctx, in)
		if err == nil {
			return out, nil
		}
		p := problem.From(err)
		level := slog.LevelError
		if p.Code == problem.Canceled { // somebody asked for it
			level = slog.LevelInfo
		}
		rt.Log.Log(ctx, level, "step failed", "code", string(p.Code), "error", err.Error())
		if p.Code == problem.Internal {
			rt.unexpected(ctx, err)
		}
		return out, typed(p)
	}
}

// typed carries only the name and the public detail: execution histories
// outlive an erasure, so a cause must not get into one.
func typed(p *problem.Error) error {
	return messages.InvokeResponse_Error{Type: p.Name(), Message: p.Detail}
}

// ErrorCode returns the code inside an error that a Worker handler returned.
func ErrorCode(err error) problem.Code {
	var invoke messages.InvokeResponse_Error
	if errors.As(err, &invoke) {
		return problem.Named(invoke.Type)
	}
	return problem.From(err).Code
}

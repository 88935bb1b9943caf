package boot

import (
	"context"
	"io"
	"log/slog"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

type requestIDKey struct{}

// WithRequestID puts the request id, from the edge or a workflow's execution,
// on every log line of ctx.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the request id of ctx, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// contextHandler adds what the context knows to each line. No line may hold a
// secret, a token, a link or an address; ids only.
type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	if scope := tenant.ScopeFrom(ctx); scope.Reach == tenant.ReachTenant {
		r.AddAttrs(slog.String("tenant_id", string(scope.Tenant)))
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}

func newLogger(out io.Writer, function, build string) *slog.Logger {
	h := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo})
	return slog.New(contextHandler{h}).With("function", function, "build", build)
}

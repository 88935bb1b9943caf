package boot

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// flushBound is the longest that an invocation is kept open for Sentry to take
// its reports, and flushMargin what is kept of the function's time then.
const (
	flushBound  = 2 * time.Second
	flushMargin = 500 * time.Millisecond
)

// reporter sends unexpected errors to Sentry: reports are queued while the
// handler works, and sent once it has answered. Its zero value (no SENTRY_DSN)
// sends nothing.
type reporter struct {
	hub     *sentry.Hub
	bound   time.Duration
	now     func() time.Time
	pending atomic.Bool // reported, and not flushed yet
	open    atomic.Pointer[extension]
}

func newReporter(base common) (*reporter, error) {
	if base.SentryDSN == "" {
		return &reporter{}, nil
	}
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: base.SentryDSN, Environment: base.Stage, Release: base.Build, ServerName: base.Function,
	})
	if err != nil {
		return nil, fmt.Errorf("settings: SENTRY_DSN is not a DSN") // the cause would quote it
	}
	return &reporter{hub: sentry.NewHub(client, sentry.NewScope()), bound: flushBound, now: time.Now}, nil
}

// report queues err with ids only: no header, body or address goes along.
func (r *reporter) report(ctx context.Context, err error) {
	if r.hub == nil {
		return
	}
	hub := r.hub.Clone()
	hub.ConfigureScope(func(s *sentry.Scope) {
		s.SetTag("request_id", RequestID(ctx))
		s.SetTag("tenant_id", string(tenant.ScopeFrom(ctx).Tenant))
	})
	hub.CaptureException(err)
	r.pending.Store(true)
}

// flush waits until Sentry has what was reported, for as long as the invocation
// that ends at end can afford; the zero time is no end. What Sentry does not have
// then, the next invocation's flush waits for.
func (r *reporter) flush(end time.Time) {
	if r.hub == nil || !r.pending.Swap(false) {
		return
	}
	wait := r.bound
	if !end.IsZero() {
		wait = min(wait, end.Sub(r.now())-flushMargin)
	}
	if wait <= 0 || !r.hub.Flush(wait) {
		r.pending.Store(true)
	}
}

// answered tells that the handler of ctx's invocation has its answer. Where an
// extension keeps the environment awake, the answer leaves now and the reports
// after it; elsewhere this is the last moment at which they can be sent.
func (r *reporter) answered(ctx context.Context) {
	if e := r.open.Load(); e != nil {
		e.answered(ctx)
		return
	}
	end, _ := ctx.Deadline()
	r.flush(end)
}

// invoked makes a handler's invocations begin with what the function does (see
// Does) and end with their reports sent. Every kind of function goes through it.
func invoked[In, Out any](rt *Runtime, handle func(context.Context, In) (Out, error)) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, in In) (Out, error) {
		defer rt.reporter.answered(ctx)
		return handle(tenant.Doing(ctx, rt.act), in)
	}
}

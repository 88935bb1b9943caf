package boot

import (
	"context"
	"fmt"
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// flushTimeout is how long a function waits for Sentry before it answers: a
// frozen Lambda sends nothing afterwards.
const flushTimeout = 2 * time.Second

// reporter sends unexpected errors to Sentry. Its zero value (no SENTRY_DSN)
// sends nothing.
type reporter struct{ hub *sentry.Hub }

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
	return &reporter{hub: sentry.NewHub(client, sentry.NewScope())}, nil
}

// report sends err with ids only: no header, body or address goes along.
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
	hub.Flush(flushTimeout)
}

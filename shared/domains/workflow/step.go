package workflow

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Margin is kept of a function's time for saying why a step ended.
const Margin = 3 * time.Second

// Step runs one step of a run: its ids are checked, its tenant's scope is open,
// and its context ends early enough to report. In embeds Input.
func Step[In interface{ Ids() Input }, Out any](ctx context.Context, in In, do func(context.Context, In) (Out, error)) (Out, error) {
	if !in.Ids().valid() {
		var none Out
		return none, problem.New(problem.InvalidInput, "The step was given no valid ids.")
	}
	ctx, done := marginOf(tenant.WithTenant(ctx, in.Ids().TenantID))
	defer done()
	return do(ctx, in)
}

// marginOf leaves Margin of a function's time unused.
func marginOf(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-Margin))
	}
	return context.WithCancel(ctx)
}

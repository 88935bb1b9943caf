package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// HookKept is how long an event is remembered: as long as the payment service can
	// be asked for it.
	HookKept = 30 * 24 * time.Hour
	// hookPatience is how long a new event may take before it is handed on again. It
	// doubles with each try, up to hookPause: in all more than a day.
	hookPatience = 5 * time.Minute
	hookPause    = 6 * time.Hour
	hookTries    = 10
	// planPause is how long the worker may take to read a subscription again before
	// it is asked once more: while the payment service is down, or the queue stands.
	planPause = time.Hour
	// changeTries bounds how often a write that lost against another is begun again.
	changeTries = 10
)

// Inbox keeps the events of tenants and hands each to the worker.
type Inbox struct {
	Store HookStore
	Queue Queue
	Now   func() time.Time
}

// Receive keeps an event of a tenant and hands it to the worker. Whatever of it
// fails, it may be repeated, and what was kept is handed on by the sweep in any
// case. An event that was applied is success and nothing more, and so is one of an
// account that is being erased: it tells what the erasure itself has brought about.
func (b Inbox) Receive(ctx context.Context, id tenant.ID, e Event) error {
	ctx = tenant.WithTenant(ctx, id)
	now := b.Now()
	kept, err := b.Store.AddHook(ctx, id, Hook{Event: e, Status: Received, At: now, DueAt: now.Add(hookPatience)})
	switch {
	case errors.Is(err, tenant.ErrFrozen), errors.Is(err, tenant.ErrGone):
		return nil
	case err != nil || kept.Status == Applied:
		return err
	}
	return b.send(ctx, Order{TenantID: id, EventID: e.ID})
}

// Replay has an event of a tenant applied again, also one that failed or was
// applied. Errors: NotFound.
func (b Inbox) Replay(ctx context.Context, id tenant.ID, eventID string) error {
	ctx = tenant.WithTenant(ctx, id)
	err := b.move(ctx, id, eventID, func(h Hook) (Hook, bool) {
		h.Status, h.Tries, h.DueAt = Received, 0, b.Now().Add(hookPatience)
		return h, true
	})
	if err != nil {
		return err
	}
	return b.send(ctx, Order{TenantID: id, EventID: eventID})
}

// Tasks are what a sweep sees to: events that were not applied, and tenants whose
// period or grant is over.
func (b Inbox) Tasks() []openwork.Task {
	return []openwork.Task{
		{Kind: openwork.Hook, Mend: b.mendHook},
		{Kind: openwork.Subscription, Mend: b.mendPlan(openwork.Subscription)},
		{Kind: openwork.Grant, Mend: b.mendPlan(openwork.Grant)},
	}
}

// mendHook hands an event on again that was kept and not applied in time. After
// many tries it has failed.
func (b Inbox) mendHook(ctx context.Context, id tenant.ID, eventID string) error {
	open, failed := false, false
	err := b.move(ctx, id, eventID, func(h Hook) (Hook, bool) {
		open, failed = h.Status == Received, false
		if !open {
			return h, false
		}
		h.Tries++
		h.DueAt = b.Now().Add(min(hookPatience<<min(h.Tries, hookTries), hookPause))
		if failed = h.Tries > hookTries; failed {
			h.Status, h.DueAt = Failed, time.Time{}
		}
		return h, true
	})
	switch {
	case problem.Is(err, problem.NotFound):
		return nil // the index trails the items
	case err != nil || !open:
		return err
	case failed:
		return fmt.Errorf("event %s was not applied in %d tries: see why, then replay it", eventID, hookTries)
	}
	return b.send(ctx, Order{TenantID: id, EventID: eventID})
}

// mendPlan has a tenant's subscription read again whose period is over without a
// word, or whose grant is. What is overdue is put off first, so that each pause
// brings one order and not each sweep.
func (b Inbox) mendPlan(kind openwork.Kind) openwork.Mender {
	return func(ctx context.Context, id tenant.ID, _ string) error {
		now := b.Now()
		switch err := b.Store.PutOff(ctx, id, kind, now, now.Add(planPause)); {
		case errors.Is(err, ErrChanged):
			return nil // the worker or another sweep was faster
		case err != nil:
			return err
		}
		return b.send(ctx, Order{TenantID: id})
	}
}

// move replaces an event by what change makes of it, and by nothing when change
// answers false.
func (b Inbox) move(ctx context.Context, id tenant.ID, eventID string, change func(Hook) (Hook, bool)) error {
	for range changeTries {
		before, err := b.Store.Hook(ctx, id, eventID)
		if err != nil {
			return err
		}
		after, do := change(before)
		if !do {
			return nil
		}
		if err := b.Store.MoveHook(ctx, id, before, after); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return beingChanged()
}

func (b Inbox) send(ctx context.Context, o Order) error {
	if err := b.Queue.Send(ctx, o); err != nil {
		return fmt.Errorf("send order: %w", err)
	}
	return nil
}

func beingChanged() error {
	return problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
}

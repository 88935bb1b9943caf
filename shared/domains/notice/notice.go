// Package notice tells a tenant's owners by mail that a quota is nearly or wholly
// used up: once per metric, mark and month.
package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Mark is a share of a limit, in percent, that is worth a mail. What is settled
// counts, not what is reserved: a reservation may come to nothing.
type Mark int

// marks, the highest first. Reaching one makes the lower ones pointless.
func marks() []Mark { return []Mark{100, 80} }

// Name names one notice.
type Name struct {
	Period metering.Period
	Metric metering.Metric
	Mark   Mark
}

// patience is after how long a notice that was begun and not finished is taken
// for lost and begun again. Who died just after sending has it sent twice.
const patience = 5 * time.Minute

// Store keeps what was sent.
type Store interface {
	// Month reads the tenant and a month. Errors: NotFound.
	Month(ctx context.Context, id tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error)
	// Begin claims a notice, which is overdue unless it is finished before due.
	// Mine is false when it was sent, or begun by somebody else after stale. Told are
	// those whom an earlier try has reached.
	Begin(ctx context.Context, id tenant.ID, n Name, now, stale, due time.Time) (told []auth.UserID, mine bool, err error)
	// Told notes whom a try has reached that did not reach all.
	Told(ctx context.Context, id tenant.ID, n Name, told []auth.UserID) error
	// Finish closes a notice: it was sent, or is not needed any more.
	Finish(ctx context.Context, id tenant.ID, n Name) error
	// Overdue lists notices that were begun and not finished in time, the oldest
	// first, not necessarily all. It needs a context from tenant.WithSweep.
	Overdue(ctx context.Context, now time.Time) ([]Open, error)
	// Owners are those who own the tenant, with their addresses; none when there is
	// nobody to tell.
	Owners(ctx context.Context, t tenant.Tenant) ([]auth.User, error)
}

// Open is a notice that was begun.
type Open struct {
	Tenant tenant.ID
	Name   Name
}

// Notifier sends notices.
type Notifier struct {
	Store  Store
	Mail   auth.Guarded // to whom nobody asked for a mail
	Quotas metering.Quotas
	AppURL string // the product's origin
	Now    func() time.Time
	Warn   func(context.Context, error)
}

// Touched is a tenant whose usage changed, and the record that says so.
type Touched struct {
	Tenant tenant.ID
	Ref    string
}

// NotifyEach notifies each tenant once and returns the records of those for whom
// that failed, to be handed over again.
func (n Notifier) NotifyEach(ctx context.Context, changes []Touched) (failed []string) {
	outcome := map[tenant.ID]error{}
	for _, c := range changes {
		err, seen := outcome[c.Tenant]
		if !seen {
			own := tenant.WithTenant(ctx, c.Tenant)
			err = n.Notify(own, c.Tenant)
			outcome[c.Tenant] = err
			if err != nil {
				n.Warn(own, fmt.Errorf("notice: %w", err))
			}
		}
		if err != nil {
			failed = append(failed, c.Ref)
		}
	}
	return failed
}

// Notify sends the notices of the marks that the tenant's usage of the present
// month has reached.
func (n Notifier) Notify(ctx context.Context, id tenant.ID) error {
	p := metering.PeriodOf(n.Now())
	t, counter, err := n.Store.Month(ctx, id, p)
	if problem.Is(err, problem.NotFound) || err == nil && t.Status != tenant.Active {
		return nil
	}
	if err != nil {
		return err
	}
	limits := n.Quotas.Limits(t)
	var errs []error
	for _, m := range metering.Metrics() {
		if limit, limited := limits.Of(m); limited && limit > 0 {
			errs = append(errs, n.metric(ctx, t, p, m, counter.Used(m), limit))
		}
	}
	return errors.Join(errs...)
}

// metric sends the notice of the highest mark that is reached, and closes the
// lower ones.
func (n Notifier) metric(ctx context.Context, t tenant.Tenant, p metering.Period, m metering.Metric, used, limit int64) error {
	sent := false
	for _, mark := range marks() {
		if used*100 < limit*int64(mark) {
			continue
		}
		name := Name{Period: p, Metric: m, Mark: mark}
		told, mine, err := n.begin(ctx, t.ID, name)
		if err != nil {
			return err
		}
		if mine && !sent {
			n.deliver(ctx, t, name, told, used, limit)
		} else if mine {
			n.close(ctx, t.ID, name)
		}
		sent = true
	}
	return nil
}

func (n Notifier) begin(ctx context.Context, id tenant.ID, name Name) (told []auth.UserID, mine bool, err error) {
	now := n.Now()
	return n.Store.Begin(ctx, id, name, now, now.Add(-patience), now.Add(patience))
}

// deliver sends a notice that was begun to every owner who was not told before.
// What fails stays begun, and is overdue soon: one owner's mailbox must hold up
// neither the stream nor the other owners.
func (n Notifier) deliver(ctx context.Context, t tenant.Tenant, name Name, told []auth.UserID, used, limit int64) {
	owners, err := n.Store.Owners(ctx, t)
	if err != nil {
		n.Warn(ctx, fmt.Errorf("read owners: %w", err))
		return
	}
	failed, reached := false, 0
	for _, o := range owners {
		if slices.Contains(told, o.ID) {
			continue
		}
		err := n.Mail.Send(ctx, mailOf(o.Email, n.AppURL, name, used, limit))
		if err != nil && !problem.Is(err, problem.InvalidInput) { // an address that takes no mail takes none later
			n.Warn(ctx, fmt.Errorf("send notice: %w", err))
			failed = true
			continue
		}
		told = append(told, o.ID)
		reached++
	}
	switch {
	case !failed:
		n.close(ctx, t.ID, name)
	case reached > 0:
		if err := n.Store.Told(ctx, t.ID, name, told); err != nil {
			n.Warn(ctx, fmt.Errorf("note who was told: %w", err))
		}
	}
}

func (n Notifier) close(ctx context.Context, id tenant.ID, name Name) {
	if err := n.Store.Finish(ctx, id, name); err != nil {
		n.Warn(ctx, fmt.Errorf("finish notice: %w", err))
	}
}

// Sweep sends what was begun and not finished.
func (n Notifier) Sweep(ctx context.Context) error {
	open, err := n.Store.Overdue(tenant.WithSweep(ctx), n.Now())
	for _, o := range open {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		own := tenant.WithTenant(ctx, o.Tenant)
		if err := n.resume(own, o); err != nil {
			n.Warn(own, fmt.Errorf("resume notice: %w", err))
		}
	}
	return err
}

// resume sends an overdue notice, unless it is no longer true.
func (n Notifier) resume(ctx context.Context, o Open) error {
	t, counter, err := n.Store.Month(ctx, o.Tenant, o.Name.Period)
	gone := problem.Is(err, problem.NotFound)
	if err != nil && !gone {
		return err
	}
	limit, limited := n.Quotas.Limits(t).Of(o.Name.Metric)
	used := counter.Used(o.Name.Metric)
	if gone || t.Status != tenant.Active || o.Name.Period != metering.PeriodOf(n.Now()) || !limited || used*100 < limit*int64(o.Name.Mark) {
		return n.Store.Finish(ctx, o.Tenant, o.Name)
	}
	told, mine, err := n.begin(ctx, o.Tenant, o.Name)
	if mine {
		n.deliver(ctx, t, o.Name, told, used, limit)
	}
	return err
}

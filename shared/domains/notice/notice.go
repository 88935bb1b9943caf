// Package notice tells a tenant's owner by mail that a quota is nearly or wholly
// used up: once per metric, mark and month.
package notice

import (
	"context"
	"errors"
	"fmt"
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

// ErrSending says that somebody began to send the notice a moment ago.
var ErrSending = errors.New("notice: being sent")

// patience is after how long a notice that was begun and not finished is taken
// for lost and begun again. Who died just after sending has it sent twice.
const patience = 5 * time.Minute

// Store keeps what was sent.
type Store interface {
	// Month reads the tenant and a month. Errors: NotFound.
	Month(ctx context.Context, id tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error)
	// Begin claims a notice; false means that it was sent. Errors: ErrSending when
	// it was begun after stale and is not finished.
	Begin(ctx context.Context, id tenant.ID, n Name, now, stale time.Time) (bool, error)
	// Finish marks a notice as sent.
	Finish(ctx context.Context, id tenant.ID, n Name) error
	// Abandon gives a claim up that came to nothing.
	Abandon(ctx context.Context, id tenant.ID, n Name) error
	// Owner is the address of the tenant's owner. Errors: NotFound.
	Owner(ctx context.Context, t tenant.Tenant) (auth.Address, error)
}

// Notifier sends notices.
type Notifier struct {
	Store  Store
	Mail   auth.Mailer
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

// See looks at each tenant once and returns the records of those for whom that
// failed, to be handed over again.
func (n Notifier) See(ctx context.Context, changes []Touched) (failed []string) {
	outcome := map[tenant.ID]error{}
	for _, c := range changes {
		err, seen := outcome[c.Tenant]
		if !seen {
			err = n.Look(tenant.WithTenant(ctx, c.Tenant), c.Tenant)
			outcome[c.Tenant] = err
			if err != nil {
				n.Warn(tenant.WithTenant(ctx, c.Tenant), fmt.Errorf("notice: %w", err))
			}
		}
		if err != nil {
			failed = append(failed, c.Ref)
		}
	}
	return failed
}

// Look sends what the tenant's present month asks for.
func (n Notifier) Look(ctx context.Context, id tenant.ID) error {
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
		mine, err := n.Store.Begin(ctx, t.ID, name, n.Now(), n.Now().Add(-patience))
		if err != nil {
			return err
		}
		if mine && !sent {
			if err := n.send(ctx, t, name, used, limit); err != nil {
				return errors.Join(err, n.Store.Abandon(ctx, t.ID, name))
			}
		}
		if mine {
			if err := n.Store.Finish(ctx, t.ID, name); err != nil {
				return err
			}
		}
		sent = true
	}
	return nil
}

func (n Notifier) send(ctx context.Context, t tenant.Tenant, name Name, used, limit int64) error {
	to, err := n.Store.Owner(ctx, t)
	if problem.Is(err, problem.NotFound) {
		return nil // nobody to tell
	}
	if err != nil {
		return err
	}
	return n.Mail.Send(ctx, mailOf(to, n.AppURL, name, used, limit))
}

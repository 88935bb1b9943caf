// Package standing shows those who run an installation how each tenant stands in a
// month: what it used by its counters, what that cost, what it paid, and when it was
// last seen. It names tenants by their ids alone, and changes nothing.
package standing

import (
	"context"
	"math"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tariff"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// State is whether a tenant is there.
type State string

// The states.
const (
	Active State = "active"
	Frozen State = "frozen" // its erasure has begun
	Erased State = "erased" // it went while the list was read: nothing else is known of it
)

// Account is what decides what a tenant pays, and who was there.
type Account struct {
	billing.Held // without the customer and the open checkout
	Seen         time.Time
}

// Store reads what a survey shows. Reads of a tenant are strongly consistent.
type Store interface {
	// Tenants reads a page of all tenants, at most most. It needs a context from
	// tenant.WithSweep. One that is put off meanwhile may come twice, none is left
	// out. next is "" at the end. Errors: InvalidCursor.
	Tenants(ctx context.Context, cursor string, most int) (page []tenant.ID, next string, err error)
	// Account reads a tenant; Seen is zero for one in which nobody has done anything.
	// Errors: tenant.ErrGone.
	Account(ctx context.Context, id tenant.ID) (Account, error)
	// Month reads what was counted in a month, with the storage that it ended with, or
	// has now.
	Month(ctx context.Context, id tenant.ID, p metering.Period) (metering.Counter, error)
	// Paid reads the invoices that were ever paid.
	Paid(ctx context.Context, id tenant.ID) ([]billing.Invoice, error)
}

// Line is how one tenant stands. Amounts are in cents of the plans' currency.
type Line struct {
	Tenant  tenant.ID      `json:"tenant"`
	State   State          `json:"state"`
	Plan    tenant.Plan    `json:"plan"`    // in force now, whatever the month
	Granted bool           `json:"granted"` // by an operator, and not bought
	Use     Use            `json:"use"`
	Paid    int64          `json:"paid_cents"`             // in the month, less what went back
	Due     int64          `json:"due_cents"`              // what renews before the month is over, at the plan's price
	Cost    int64          `json:"cost_cents"`             // of what was used
	Margin  int64          `json:"margin_cents"`           // paid and due, less the cost
	Foreign []string       `json:"other_money,omitempty"`  // currencies that were paid in too, and are in no sum
	Seen    *time.Time     `json:"last_seen"`              // to the minute; null: nobody was there
	Created *time.Time     `json:"created_at"`             // null: gone
	Bought  billing.Status `json:"subscription,omitempty"` // as the payment service has it
}

// Use is what a tenant used of a month, in the units of its limits.
type Use struct {
	Images   float64 `json:"images_count"`
	Seconds  float64 `json:"tts_seconds"`
	Minutes  float64 `json:"render_minutes"`
	StoredMB float64 `json:"storage_mb"`
	Uploads  float64 `json:"uploads_count"`
}

// Losing reports whether the tenant costs more than it pays.
func (l Line) Losing() bool { return l.Margin < 0 }

// useOf is what has been settled. What is held by work that is under way may end
// otherwise, and costs when it is made.
func useOf(c metering.Counter) Use {
	shown := func(m metering.Metric) float64 { return m.Shown(c.Used(m)) }
	return Use{
		Images: shown(metering.ImagesCount), Seconds: shown(metering.TTSSeconds), Minutes: shown(metering.RenderMinutes),
		StoredMB: shown(metering.StorageMB), Uploads: shown(metering.UploadsCount),
	}
}

// cents is what use cost, rounded once.
func (u Use) cents(by tariff.Sources) int64 {
	bill := by.Of(tariff.Use{Pictures: u.Images, NarratedSeconds: u.Seconds, RenderedMinutes: u.Minutes, StoredMB: u.StoredMB})
	return int64(math.Round(100 * bill.USD()))
}

// line reckons how a tenant stands in a month.
func line(id tenant.ID, a Account, c metering.Counter, paid []billing.Invoice, p metering.Period, by tariff.Sources, now time.Time) Line {
	l := Line{Tenant: id, State: Active, Plan: a.Tenant.Plan, Granted: a.Agreed().Holds(now), Use: useOf(c), Bought: a.Subscription.Status}
	if a.Tenant.Status == tenant.Frozen {
		l.State = Frozen
	}
	if created := a.Tenant.CreatedAt; !created.IsZero() {
		l.Created = &created
	}
	if seen := a.Seen; !seen.IsZero() {
		if seen.After(now) { // by the burst of a caller in haste
			seen = now.Truncate(time.Minute)
		}
		l.Seen = &seen
	}
	l.Paid, l.Foreign = received(paid, p)
	if p == metering.PeriodOf(now) {
		l.Due = due(a.Subscription, p, now)
	}
	l.Cost = l.Use.cents(by)
	l.Margin = l.Paid + l.Due - l.Cost
	return l
}

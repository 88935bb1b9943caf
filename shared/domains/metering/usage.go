package metering

import (
	"context"
	"math"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Counter is a tenant's month. Taken is used plus reserved, kept as one number
// because a condition of the store cannot add.
type Counter struct {
	Taken    Amounts
	Reserved Amounts
}

// Used is what has been settled.
func (c Counter) Used(m Metric) int64 { return c.Taken[m] - c.Reserved[m] }

// nearLimit is the share of the limit, in percent, from which a metric is
// flagged.
const nearLimit = 90

// minPace is the shortest part of a month that says anything about its pace.
const minPace = 24 * time.Hour

// UsageLine is one metric of a usage report, in shown units.
type UsageLine struct {
	Metric    Metric   `json:"metric"`
	Unit      Unit     `json:"unit"`
	Used      float64  `json:"used"`
	Reserved  float64  `json:"reserved"`
	Limit     *float64 `json:"limit"`       // null: unlimited
	Percent   *float64 `json:"percent"`     // of the limit, used and reserved together; null: unlimited
	NearLimit bool     `json:"near_limit"`  // percent is 90 or more
	RunsOutOn *string  `json:"runs_out_on"` // the day, at this month's pace; null: not this month
}

// Span is a period's bounds.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"` // exclusive
}

// Usage is what a tenant has used of a month.
type Usage struct {
	Plan    tenant.Plan `json:"plan"`
	Period  Span        `json:"period"`
	Metrics []UsageLine `json:"metrics"`
}

// Report shows a counter against a plan's limits, as of now.
func Report(plan tenant.Plan, quotas Quotas, p Period, c Counter, now time.Time) Usage {
	u := Usage{Plan: plan, Period: Span{Start: p.Start(), End: p.End()}}
	for _, m := range Metrics() {
		line := UsageLine{Metric: m, Unit: m.Unit(), Used: m.Shown(c.Used(m)), Reserved: m.Shown(c.Reserved[m])}
		if limit, limited := quotas.Limit(plan, m); limited {
			shown, percent := m.Shown(limit), percentOf(c.Taken[m], limit)
			line.Limit, line.Percent = &shown, &percent
			line.NearLimit = percent >= nearLimit
			line.RunsOutOn = runsOutOn(p, c.Taken[m], limit, now)
		}
		u.Metrics = append(u.Metrics, line)
	}
	return u
}

func percentOf(taken, limit int64) float64 {
	switch {
	case limit > 0:
		return math.Floor(float64(taken)*1000/float64(limit)) / 10
	case taken > 0:
		return 100
	}
	return 0
}

// runsOutOn extends the month's pace in a straight line to the limit.
func runsOutOn(p Period, taken, limit int64, now time.Time) *string {
	now = now.UTC()
	if taken <= 0 || now.Before(p.Start()) || !now.Before(p.End()) {
		return nil
	}
	elapsed := max(now.Sub(p.Start()), minPace)
	needed := float64(elapsed) * float64(limit) / float64(taken)
	if needed >= float64(p.End().Sub(p.Start())) {
		return nil
	}
	at := p.Start().Add(time.Duration(needed))
	if at.Before(now) {
		at = now
	}
	day := at.Format(time.DateOnly)
	return &day
}

// Reader reads what the report needs, in one call. The plan is as the tenant's
// item says now. Errors: NotFound when the tenant is gone.
type Reader interface {
	Month(ctx context.Context, id tenant.ID, p Period) (tenant.Tenant, Counter, error)
}

// Service answers questions about usage.
type Service struct {
	reader Reader
	quotas Quotas
	now    func() time.Time
}

// NewService makes a Service.
func NewService(reader Reader, quotas Quotas, now func() time.Time) Service {
	return Service{reader: reader, quotas: quotas, now: now}
}

// Usage reports a month; the empty period is the current one.
func (s Service) Usage(ctx context.Context, id tenant.ID, p Period) (Usage, error) {
	if p == "" {
		p = PeriodOf(s.now())
	}
	t, counter, err := s.reader.Month(ctx, id, p)
	if err != nil {
		return Usage{}, err
	}
	return Report(t.Plan, s.quotas, p, counter, s.now()), nil
}

package metering

import (
	"context"
	"math"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Counter is a tenant's month, and the levels as they are now. Taken is used
// plus reserved, kept as one number because a condition of the store cannot add.
type Counter struct {
	Taken      Amounts // stored units
	Reserved   Amounts // stored units: the part of taken that is not settled
	Grown      int64   // bytes by which storage grew in the month
	ActiveJobs int64   // unfinished jobs
}

// Plus returns the counter after one more row.
func (c Counter) Plus(r Row) Counter {
	return Counter{
		Taken: c.Taken.Plus(r.Taken), Reserved: c.Reserved.Plus(r.Reserved),
		Grown: c.Grown + r.Taken[StorageMB], ActiveJobs: c.ActiveJobs,
	}
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
	Used      float64  `json:"used"`        // settled
	Reserved  float64  `json:"reserved"`    // held by what is running
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
func Report(plan tenant.Plan, limits Limits, p Period, c Counter, now time.Time) Usage {
	u := Usage{Plan: plan, Period: Span{Start: p.Start(), End: p.End()}}
	for _, m := range Metrics() {
		line := UsageLine{Metric: m, Unit: m.Unit(), Used: m.Shown(c.Used(m)), Reserved: m.Shown(c.Reserved[m])}
		if limit, limited := limits.Of(m); limited {
			shown, percent := m.Shown(limit), percentOf(c.Taken[m], limit)
			line.Limit, line.Percent = &shown, &percent
			line.NearLimit = percent >= nearLimit
			line.RunsOutOn = runsOutOn(p, c.before(m), c.Taken[m], limit, now)
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

// before is what a metric stood at when the month began.
func (c Counter) before(m Metric) int64 {
	if m.Level() {
		return c.Taken[m] - c.Grown
	}
	return 0
}

// runsOutOn extends the month's pace in a straight line to the limit.
func runsOutOn(p Period, before, taken, limit int64, now time.Time) *string {
	now = now.UTC()
	if now.Before(p.Start()) || !now.Before(p.End()) || taken < limit && taken <= before || taken == 0 {
		return nil
	}
	if taken >= limit {
		today := now.Format(time.DateOnly)
		return &today
	}
	elapsed := max(now.Sub(p.Start()), minPace)
	needed := float64(elapsed) * float64(limit-before) / float64(taken-before)
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

// Reader reads what the report needs. Errors: NotFound when the tenant is gone.
type Reader interface {
	// Month reads the tenant as its item says now, and a month, in one call.
	Month(ctx context.Context, id tenant.ID, p Period) (tenant.Tenant, Counter, error)
	// Months reads every month that was ever touched, the newest first. What
	// stood in storage at the end of each is worked out from the level of now.
	Months(ctx context.Context, id tenant.ID) ([]MonthCounter, error)
}

// MonthCounter is a counter and its month.
type MonthCounter struct {
	Period  Period
	Counter Counter
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
	current := PeriodOf(s.now())
	if p == "" {
		p = current
	}
	t, counter, err := s.reader.Month(ctx, id, p)
	if err != nil {
		return Usage{}, err
	}
	if p < current {
		if counter, err = s.past(ctx, id, p); err != nil {
			return Usage{}, err
		}
	}
	return Report(t.Plan, s.quotas.Limits(t), p, counter, s.now()), nil
}

// past reads a month that is over: the level of now is not what it ended with.
func (s Service) past(ctx context.Context, id tenant.ID, p Period) (Counter, error) {
	months, err := s.reader.Months(ctx, id)
	for _, month := range months {
		if month.Period <= p { // untouched itself, it ended as the last one before it
			if month.Period == p {
				return month.Counter, err
			}
			return Counter{Taken: Amounts{StorageMB: month.Counter.Taken[StorageMB]}}, err
		}
	}
	return Counter{}, err
}

// MonthUse is what one month took, without limits: those of the past are not kept.
type MonthUse struct {
	Month   string    `json:"month"` // like 2026-11
	Metrics []UseLine `json:"metrics"`
}

// UseLine is one metric of a month, in shown units.
type UseLine struct {
	Metric   Metric  `json:"metric"`
	Unit     Unit    `json:"unit"`
	Used     float64 `json:"used"`     // of a level: at the end of the month
	Reserved float64 `json:"reserved"` // held by what is running
}

// Months reports the months that were touched, newest first, after the given
// one ("" is the start). next is "" on the last page.
func (s Service) Months(ctx context.Context, id tenant.ID, limit int, after string) (page []MonthUse, next string, err error) {
	months, err := s.reader.Months(ctx, id)
	if err != nil {
		return nil, "", err
	}
	for _, month := range months {
		if after != "" && string(month.Period) >= after {
			continue
		}
		if len(page) == limit {
			return page, page[limit-1].Month, nil
		}
		page = append(page, useOf(month))
	}
	return page, "", nil
}

func useOf(month MonthCounter) MonthUse {
	u := MonthUse{Month: string(month.Period)}
	for _, m := range Metrics() {
		c := month.Counter
		u.Metrics = append(u.Metrics, UseLine{Metric: m, Unit: m.Unit(), Used: m.Shown(c.Used(m)), Reserved: m.Shown(c.Reserved[m])})
	}
	return u
}

package histories

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// figures are stored units of each metric, in the order of metrics.
type figures [5]int64

var (
	metrics = metering.Metrics()
	// limit is how much of each metric a tenant has.
	limit = figures{6, 40, 12, 30, 5}
	// slots bound a tenant's unfinished jobs; those of all together are bounded by far more.
	slots = metering.Slot{PerTenant: 3, Overall: 100_000}

	now = time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)
)

func figuresOf(a metering.Amounts) (f figures) {
	for i, m := range metrics {
		f[i] = a[m]
	}
	return f
}

func (f figures) amounts() metering.Amounts {
	a := metering.Amounts{}
	for i, m := range metrics {
		if f[i] != 0 {
			a[m] = f[i]
		}
	}
	return a
}

// order is what is reserved: by a job, which takes a slot too, or by a picture.
type order struct {
	subject string
	job     bool
	amounts metering.Amounts
}

// meter is one way to count a tenant's reservations.
type meter interface {
	reserve(context.Context, order) error
	// settle ends a reservation; what was used stays. Using nothing releases it.
	settle(ctx context.Context, o order, used metering.Amounts) error
	usage(context.Context) (metering.Counter, error)
}

// product is the meter of the product: what its admissions and settlements do.
type product struct {
	id     tenant.ID
	images *dynamo.Images
	jobs   *dynamo.Jobs
	admits *dynamo.Admissions
	meters *dynamo.Metering
}

func newProduct(id tenant.ID, c *dynamo.Client) product {
	return product{id: id, images: dynamo.NewImages(c), jobs: dynamo.NewJobs(c), admits: dynamo.NewAdmissions(c), meters: dynamo.NewMetering(c)}
}

func (p product) reserve(ctx context.Context, o order) error {
	period := metering.PeriodOf(now)
	a := metering.Admission{
		Tenant: tenant.Tenant{ID: p.id, Plan: tenant.Free}, Limits: metering.Limits(limit.amounts()),
		Row: metering.Reserve(period, o.subject, 1, o.amounts, now),
	}
	if !o.job {
		return p.images.AdmitImage(ctx, p.id, render.Image{ID: o.subject, Period: period, CreatedAt: now, DueAt: now}, a)
	}
	a.Job = &slots
	j := render.Job{ID: o.subject, Status: render.Queued, Attempt: 1, Period: period, Reserved: o.amounts, CreatedAt: now, DueAt: now}
	return p.admits.AdmitJob(ctx, p.id, j, render.Source{}, a)
}

func (p product) settle(ctx context.Context, o order, used metering.Amounts) error {
	row := metering.Settle(metering.PeriodOf(now), o.subject, 1, o.amounts, used, now)
	if !o.job {
		return p.images.SettleImage(ctx, p.id, render.Image{ID: o.subject, Failed: used.Zero(), Stored: used[metering.StorageMB]}, row)
	}
	end := render.Settlement{Job: render.Job{ID: o.subject, Attempt: 1}, Status: render.Succeeded, Row: row, Charged: used, At: now}
	if used.Zero() {
		end.Status = render.Canceled
	}
	return p.jobs.SettleJob(ctx, p.id, end)
}

func (p product) usage(ctx context.Context) (metering.Counter, error) {
	_, counter, err := p.meters.Month(ctx, p.id, metering.PeriodOf(now))
	return counter, err
}

// read turns a meter's answer into what the model knows. ok is false for an
// answer that a meter must not give.
func read(err error) (output, bool) {
	var full *metering.Full
	switch {
	case err == nil:
		return output{verdict: done}, true
	case errors.As(err, &full):
		return output{verdict: refused, seen: readingOf(full.Counter)}, true
	case errors.Is(err, metering.ErrTooManyJobs):
		return output{verdict: crowded}, true
	case errors.Is(err, metering.ErrChanged):
		return output{verdict: refused}, true
	case problem.Is(err, problem.Unavailable):
		return output{verdict: unknown}, true
	}
	return output{}, false
}

package render

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Months reads what a tenant has taken.
type Months interface {
	// TenantMonth reads the tenant and what a month has taken, strongly consistent.
	// Errors: NotFound.
	TenantMonth(ctx context.Context, id tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error)
}

// Estimator quotes what is no project yet.
type Estimator struct {
	months   Months
	intake   metering.Intake
	narrator voice.Provider
	stock    script.Stock
}

// NewEstimator makes an Estimator.
func NewEstimator(m Months, intake metering.Intake, narrator voice.Provider) Estimator {
	return Estimator{months: m, intake: intake, narrator: narrator}
}

// Drawing is an Estimator who knows which fonts there are; without it there are all.
func (e Estimator) Drawing(stock script.Stock) Estimator {
	e.stock = stock
	return e
}

// Estimate prices a render of a source as Pricer.Quote does. What is too long for
// one video is priced all the same, with a warning.
func (e Estimator) Estimate(ctx context.Context, id tenant.ID, s Source) (Quote, error) {
	period := metering.PeriodOf(e.intake.Now())
	t, counter, err := e.months.TenantMonth(ctx, id, period)
	if err != nil {
		return Quote{}, err
	}
	q := quoteOf(Basis{Tenant: t, Source: s, Counter: counter}, e.intake, period, e.narrator, e.stock)
	if most := maxMS(s.Resolution); q.DurationMS > most {
		q.Warnings = append(q.Warnings, Warning{Code: WarnTooLong, Message: fmt.Sprintf(
			"The video would be about %.1f minutes long; one render makes at most %d. The first %d scenes fit.",
			float64(q.DurationMS)/60_000, most/60_000, s.within(most, e.narrator))})
	}
	return q, nil
}

// within is how many scenes from the first on fit into a video of so many
// milliseconds.
func (s Source) within(ms int64, narrator voice.Provider) int {
	by := s.readers(voice.Offered(narrator)) // of the whole text
	for n := len(s.Scenes); n > 0; n-- {
		part := s
		part.Scenes = s.Scenes[:n]
		if FramesMS(needsBy(part, Job{}, narrator, by).frames) <= ms {
			return n
		}
	}
	return 0
}

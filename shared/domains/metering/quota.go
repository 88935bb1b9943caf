package metering

import "github.com/devotionalai/platform/shared/domains/tenant"

// proFactor is how many times the free plan's base a pro tenant may use.
const proFactor = 5

// Base is the free plan's monthly quota in shown units, from the settings.
type Base struct {
	ImagesCount   float64 `env:"QUOTA_IMAGES_COUNT" envDefault:"100"`
	TTSSeconds    float64 `env:"QUOTA_TTS_SECONDS" envDefault:"1800"`
	RenderMinutes float64 `env:"QUOTA_RENDER_MINUTES" envDefault:"15"`
}

// Quotas answers how much a plan may use in a month.
type Quotas struct{ base Amounts }

// NewQuotas makes the quotas of all plans from the free plan's base.
func NewQuotas(b Base) Quotas {
	return Quotas{base: Amounts{
		ImagesCount:   ImagesCount.stored(b.ImagesCount),
		TTSSeconds:    TTSSeconds.stored(b.TTSSeconds),
		RenderMinutes: RenderMinutes.stored(b.RenderMinutes),
	}}
}

// Limit is a plan's monthly limit in stored units. limited is false for a plan
// without limits; an unknown plan gets the free one's.
func (q Quotas) Limit(plan tenant.Plan, m Metric) (limit int64, limited bool) {
	switch plan {
	case tenant.Enterprise:
		return 0, false
	case tenant.Pro:
		return q.base[m] * proFactor, true
	}
	return q.base[m], true
}

// Limits are the limits of a plan; nil means unlimited.
func (q Quotas) Limits(plan tenant.Plan) Amounts {
	if _, limited := q.Limit(plan, ImagesCount); !limited {
		return nil
	}
	all := Amounts{}
	for _, m := range Metrics() {
		all[m], _ = q.Limit(plan, m)
	}
	return all
}

package metering

import "github.com/devotionalai/platform/shared/domains/tenant"

// Base is the free plan's quota in shown units, from the settings.
type Base struct {
	ImagesCount   float64 `env:"QUOTA_IMAGES_COUNT" envDefault:"100"`  // pictures a month
	TTSSeconds    float64 `env:"QUOTA_TTS_SECONDS" envDefault:"1800"`  // seconds of narration a month
	RenderMinutes float64 `env:"QUOTA_RENDER_MINUTES" envDefault:"15"` // minutes of finished video a month
	StorageMB     float64 `env:"QUOTA_STORAGE_MB" envDefault:"500"`    // megabytes (of a million bytes) at a time
	UploadsCount  float64 `env:"QUOTA_UPLOADS_COUNT" envDefault:"50"`  // uploads a month
}

// Quotas answers how much a tenant may use.
type Quotas struct{ base Amounts }

// NewQuotas makes the quotas of all plans from the free plan's base.
func NewQuotas(b Base) Quotas {
	return Quotas{base: Amounts{
		ImagesCount:   ImagesCount.Stored(b.ImagesCount),
		TTSSeconds:    TTSSeconds.Stored(b.TTSSeconds),
		RenderMinutes: RenderMinutes.Stored(b.RenderMinutes),
		StorageMB:     StorageMB.Stored(b.StorageMB),
		UploadsCount:  UploadsCount.Stored(b.UploadsCount),
	}}
}

// Limits are what one tenant may use, in stored units: a month of a flow, of a
// level at any time. A metric that is absent is unlimited.
type Limits Amounts

// Of returns a metric's limit; limited is false where there is none.
func (l Limits) Of(m Metric) (limit int64, limited bool) {
	limit, limited = l[m]
	return limit, limited
}

// Limits are those of the tenant's plan, but for what was agreed with the
// tenant alone. An unknown plan has the free one's.
func (q Quotas) Limits(t tenant.Tenant) Limits {
	all := Limits{}
	for _, m := range Metrics() {
		limit, limited := q.limit(t, m)
		if limited {
			all[m] = limit
		}
	}
	return all
}

func (q Quotas) limit(t tenant.Tenant, m Metric) (int64, bool) {
	if own, agreed := t.Overrides[string(m)]; agreed {
		return own, own != tenant.Unlimited
	}
	factor := t.Plan.Offer().Factor
	if factor == tenant.Unlimited {
		return 0, false
	}
	return q.base[m] * factor, true
}

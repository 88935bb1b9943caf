package metering

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

func quotas() Quotas {
	return NewQuotas(Base{ImagesCount: 100, TTSSeconds: 1800, RenderMinutes: 15, StorageMB: 500, UploadsCount: 50})
}

func limits(plan tenant.Plan) Limits { return quotas().Limits(tenant.Tenant{Plan: plan}) }

func TestShownRoundsOnceToThreeDecimals(t *testing.T) {
	for _, c := range []struct {
		metric Metric
		stored int64
		shown  float64
	}{
		{ImagesCount, 7, 7}, {TTSSeconds, 1234, 1.234}, {RenderMinutes, 60_000, 1}, {RenderMinutes, 10_430, 0.174}, {RenderMinutes, 1, 0},
		{RenderMinutes, 899_999, 15}, {TTSSeconds, -500, -0.5},
	} {
		if got := c.metric.Shown(c.stored); got != c.shown {
			t.Errorf("%s: %d shows as %v, want %v", c.metric, c.stored, got, c.shown)
		}
	}
}

func TestLimitsOfThePlans(t *testing.T) {
	q := quotas()
	for _, c := range []struct {
		plan    tenant.Plan
		limit   int64
		limited bool
	}{{tenant.Free, 900_000, true}, {tenant.Pro, 4_500_000, true}, {tenant.Enterprise, 0, false}, {"", 900_000, true}} {
		if limit, limited := q.Limits(tenant.Tenant{Plan: c.plan}).Of(RenderMinutes); limit != c.limit || limited != c.limited {
			t.Errorf("%q: %d, %v", c.plan, limit, limited)
		}
	}
	// A fraction of a unit must not be lost to binary arithmetic.
	if limit, _ := NewQuotas(Base{RenderMinutes: 0.7}).Limits(tenant.Tenant{}).Of(RenderMinutes); limit != 42_000 {
		t.Errorf("0.7 minutes are %d ms", limit)
	}
}

func TestWhatIsAgreedWithATenantGoesBeforeItsPlan(t *testing.T) {
	for _, plan := range tenant.Plans() {
		limits := quotas().Limits(tenant.Tenant{Plan: plan, Overrides: map[string]int64{"images_count": 7, "tts_seconds": tenant.Unlimited, "storage_mb": 0}})
		if limit, limited := limits.Of(ImagesCount); limit != 7 || !limited {
			t.Errorf("%s: images %d, %v", plan, limit, limited)
		}
		if _, limited := limits.Of(TTSSeconds); limited {
			t.Errorf("%s: narration is limited", plan)
		}
		if limit, limited := limits.Of(StorageMB); limit != 0 || !limited {
			t.Errorf("%s: an agreed limit of nothing is %d, %v", plan, limit, limited)
		}
		if limit, limited := limits.Of(RenderMinutes); limited != (plan != tenant.Enterprise) || limited && limit == 0 {
			t.Errorf("%s: what was not agreed is %d, %v", plan, limit, limited)
		}
	}
}

func TestTheLastSlotsAreForThoseWhoHaveNone(t *testing.T) {
	s := Slots{PerTenant: 3, Overall: 30}
	for active, want := range map[int64]int{0: 30, 1: 25, 2: 20, 3: 15, 9: 15} {
		if got := s.For(active); got.Overall != want || got.PerTenant != 3 {
			t.Errorf("with %d jobs: %+v, want overall %d", active, got, want)
		}
	}
	if got := (Slots{PerTenant: 3, Overall: 1}).For(0); got.Overall != 1 {
		t.Errorf("the only slot cannot be taken: %+v", got)
	}
}

func TestPeriods(t *testing.T) {
	almost := time.Date(2026, 12, 31, 23, 59, 59, 0, time.FixedZone("west", -3600))
	if p := PeriodOf(almost); p != "2027-01" { // the month is UTC's
		t.Errorf("%s falls into %s", almost, p)
	}
	if p := Period("2026-12"); p.Start().Format(time.DateOnly) != "2026-12-01" || p.End().Format(time.DateOnly) != "2027-01-01" {
		t.Errorf("%s to %s", p.Start(), p.End())
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-1", "2026-11-01", "x", "٢٠٢٦-١١"} {
		if _, ok := ParsePeriod(s); ok {
			t.Errorf("%q was read as a month", s)
		}
	}
}

func TestReport(t *testing.T) {
	p := Period("2026-11")
	now := p.Start().Add(10 * 24 * time.Hour)
	counter := Counter{
		Taken:    Amounts{ImagesCount: 90, TTSSeconds: 300_000, RenderMinutes: 900_000},
		Reserved: Amounts{ImagesCount: 5, RenderMinutes: 60_000},
	}
	u := Report(tenant.Free, limits(tenant.Free), p, counter, now)
	images, speech, video := u.Metrics[0], u.Metrics[1], u.Metrics[2]
	if images.Used != 85 || images.Reserved != 5 || *images.Percent != 90 || !images.NearLimit || *images.RunsOutOn != "2026-11-12" {
		t.Errorf("images: %+v %s", images, *images.RunsOutOn)
	}
	if speech.NearLimit || speech.RunsOutOn != nil || *speech.Limit != 1800 || speech.Unit != "seconds" {
		t.Errorf("speech lasts for the month: %+v", speech)
	}
	if *video.Percent != 100 || *video.RunsOutOn != "2026-11-11" {
		t.Errorf("used up is used up today: %+v", video)
	}
	for _, line := range Report(tenant.Enterprise, limits(tenant.Enterprise), p, counter, now).Metrics {
		if line.Limit != nil || line.Percent != nil || line.RunsOutOn != nil || line.NearLimit {
			t.Errorf("unlimited: %+v", line)
		}
	}
	if past := Report(tenant.Free, limits(tenant.Free), p, counter, p.End().Add(time.Hour)); past.Metrics[0].RunsOutOn != nil {
		t.Error("a past month runs out on no day")
	}
	if none := Report(tenant.Free, NewQuotas(Base{}).Limits(tenant.Tenant{}), p, counter, now).Metrics[0]; *none.Percent != 100 || !none.NearLimit {
		t.Errorf("a limit of nothing: %+v", none)
	}
}

func TestALevelRunsOutAtThePaceOfItsGrowth(t *testing.T) {
	p := Period("2026-11")
	now := p.Start().Add(10 * 24 * time.Hour)
	for _, c := range []struct {
		taken, grown int64
		day          string
	}{
		{400_000_000, 200_000_000, "2026-11-16"}, // 20 MB a day from 200 MB on
		{400_000_000, 0, ""}, {400_000_000, -50_000_000, ""}, {400_000_000, 10_000_000, ""}, {500_000_000, 0, "2026-11-11"}, {0, 0, ""},
	} {
		counter := Counter{Taken: Amounts{StorageMB: c.taken}, Reserved: Amounts{}, Grown: c.grown}
		line := Report(tenant.Free, limits(tenant.Free), p, counter, now).Metrics[3]
		day := ""
		if line.RunsOutOn != nil {
			day = *line.RunsOutOn
		}
		if line.Metric != StorageMB || day != c.day {
			t.Errorf("%d bytes, %d of them new: %s runs out on %q, want %q", c.taken, c.grown, line.Metric, day, c.day)
		}
	}
}

func TestRowsAfterTheSettlementHaveNumbersOfTheirOwn(t *testing.T) {
	at := time.Date(2026, 12, 3, 0, 0, 0, 0, time.UTC)
	gone, less := Release("a", 900, at), Correct("a", 2, 900, 1000, at)
	if gone.Number != 0 || gone.Period != "2026-12" || gone.Taken[StorageMB] != -900 || !gone.Reserved.Zero() {
		t.Errorf("deletion: %+v", gone)
	}
	if less.Number != -2 || less.Taken[StorageMB] != 100 {
		t.Errorf("correction: %+v", less)
	}
}

func TestExceededAllowsTheExactLimit(t *testing.T) {
	c := Counter{Taken: Amounts{ImagesCount: 97}}
	if m, over := Exceeded(limits(tenant.Free), c, Amounts{ImagesCount: 3}); over {
		t.Errorf("97 + 3 of 100 was refused for %s", m)
	}
	if m, over := Exceeded(limits(tenant.Free), c, Amounts{ImagesCount: 4, RenderMinutes: 1}); !over || m != ImagesCount {
		t.Errorf("97 + 4 of 100: %s, %v", m, over)
	}
	if _, over := Exceeded(limits(tenant.Enterprise), c, Amounts{ImagesCount: 1 << 40}); over {
		t.Error("enterprise was refused")
	}
}

func TestLedgerRowsAddUpToTheCounter(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	reserved := Amounts{ImagesCount: 3, RenderMinutes: 10_000}
	rows := []Row{
		Reserve("2026-11", "a", 1, reserved, at), Settle("2026-11", "a", 1, reserved, Amounts{ImagesCount: 1}, at),
		Reserve("2026-11", "a", 2, Amounts{ImagesCount: 2, RenderMinutes: 10_000}, at),
		Settle("2026-11", "a", 2, Amounts{ImagesCount: 2, RenderMinutes: 10_000}, Amounts{ImagesCount: 2, RenderMinutes: 12_500}, at),
		Reserve("2026-11", "b", 1, Amounts{ImagesCount: 1}, at),
	}
	for i, want := range []int{1, 2, 3, 4, 1} {
		if rows[i].Number != want {
			t.Errorf("row %d has number %d, want %d", i, rows[i].Number, want)
		}
	}
	sum := Sum(rows)
	if sum.Taken[ImagesCount] != 4 || sum.Reserved[ImagesCount] != 1 || sum.Taken[RenderMinutes] != 12_500 || sum.Reserved[RenderMinutes] != 0 {
		t.Errorf("%+v", sum)
	}
}

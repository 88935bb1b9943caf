package httpapi

import (
	"fmt"
	"math"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
)

// quotaHeaders adds what an admission leaves of each metric that it took from to
// the fields of draft-ietf-httpapi-ratelimit-headers: q is the limit and r what
// is left, whole units; w is the length of the month and t the rest of it, in
// seconds. A level has neither. A metric without a limit is not named.
func (c *Call) quotaHeaders(s metering.Standing, now time.Time) {
	h := c.header
	for _, m := range metering.Metrics() {
		limit, limited := s.Limits.Of(m)
		if !limited || s.Took[m] <= 0 {
			continue
		}
		left := max(limit-s.After.Taken[m], 0)
		policy := fmt.Sprintf("%q;q=%d;qu=%q", m, units(m, limit), m.Unit())
		remains := fmt.Sprintf("%q;r=%d", m, units(m, left))
		if !m.Level() {
			policy += fmt.Sprintf(";w=%d", ceilSeconds(s.Period.End().Sub(s.Period.Start())))
			remains += fmt.Sprintf(";t=%d", ceilSeconds(s.Period.End().Sub(now)))
		}
		h.Set("RateLimit-Policy", joined(h.Get("RateLimit-Policy"), policy))
		h.Set("RateLimit", joined(h.Get("RateLimit"), remains))
	}
}

// units rounds down: what is left must be there.
func units(m metering.Metric, stored int64) int64 { return int64(math.Floor(m.Shown(stored))) }

// joined appends a member to a list field.
func joined(list, member string) string {
	if list == "" {
		return member
	}
	return list + ", " + member
}

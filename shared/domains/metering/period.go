package metering

import "time"

// Period is a calendar month in UTC, named like "2026-11".
type Period string

const periodLayout = "2006-01"

// PeriodOf returns the month that t falls into.
func PeriodOf(t time.Time) Period { return Period(t.UTC().Format(periodLayout)) }

// ParsePeriod reads "2026-11"; ok is false for anything else.
func ParsePeriod(s string) (p Period, ok bool) {
	t, err := time.Parse(periodLayout, s)
	if err != nil || t.Format(periodLayout) != s {
		return "", false
	}
	return Period(s), true
}

// Start is the month's first instant.
func (p Period) Start() time.Time {
	t, _ := time.Parse(periodLayout, string(p)) // a Period is made by PeriodOf or ParsePeriod only
	return t
}

// End is the first instant of the next month.
func (p Period) End() time.Time { return p.Start().AddDate(0, 1, 0) }

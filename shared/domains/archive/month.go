package archive

import "time"

// Month is a calendar month in UTC, named like "2026-11".
type Month string

const monthLayout = "2006-01"

// MonthPattern is the form of a month's name.
const MonthPattern = "^[0-9]{4}-(0[1-9]|1[0-2])$"

// MonthOf returns the month that t falls into.
func MonthOf(t time.Time) Month { return Month(t.UTC().Format(monthLayout)) }

// ParseMonth reads "2026-11"; ok is false for anything else.
func ParseMonth(s string) (m Month, ok bool) {
	t, err := time.Parse(monthLayout, s)
	if err != nil || t.Format(monthLayout) != s {
		return "", false
	}
	return Month(s), true
}

// Start is the month's first instant.
func (m Month) Start() time.Time {
	t, _ := time.Parse(monthLayout, string(m)) // a Month is made by MonthOf or ParseMonth only
	return t
}

// End is the first instant of the next month.
func (m Month) End() time.Time { return m.Start().AddDate(0, 1, 0) }

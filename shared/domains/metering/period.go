package metering

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// Period is the month that something is counted in, and archived with.
type Period = archive.Month

// PeriodOf returns the month that t falls into.
func PeriodOf(t time.Time) Period { return archive.MonthOf(t) }

// PeriodPattern is the form of a period's name.
const PeriodPattern = archive.MonthPattern

// ParsePeriod reads "2026-11"; ok is false for anything else.
func ParsePeriod(s string) (p Period, ok bool) { return archive.ParseMonth(s) }

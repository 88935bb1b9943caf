package backup

import (
	"testing"
	"time"
)

func TestNext(t *testing.T) {
	after := time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC) // a Saturday
	for schedule, want := range map[string]string{
		"cron(0 3 * * ? *)":           "2026-11-29T03:00:00Z", // not the moment itself
		"cron(1 3 * * ? *)":           "2026-11-28T03:01:00Z",
		"cron(0 5 ? * 7 *)":           "2026-11-28T05:00:00Z",
		"cron(0 5 ? * SUN *)":         "2026-11-29T05:00:00Z",
		"cron(30 0/12 * * ? *)":       "2026-11-28T12:30:00Z",
		"cron(0 2,4 ? * MON-FRI *)":   "2026-11-30T02:00:00Z",
		"cron(0 0 1 jan ? *)":         "2027-01-01T00:00:00Z",
		"cron(0/15 3 28 * ? *)":       "2026-11-28T03:15:00Z",
		"cron(0 3 29 2 ? *)":          "", // beyond what is looked ahead
		"cron(0 3 L * ? *)":           "",
		"cron(0 3 ? * 2#1 *)":         "",
		"cron(0 24 * * ? *)":          "",
		"cron(60 3 * * ? *)":          "",
		"cron(0 3 * * ? 2027)":        "",
		"cron(0 3 * * ?)":             "",
		"cron(5-1 3 * * ? *)":         "",
		"cron(0/0 3 * * ? *)":         "",
		"rate(1 day)":                 "",
		"":                            "",
		" cron(0 3 * * ? *) ":         "2026-11-29T03:00:00Z",
		"cron(0 3 ? * SAT,WED *)":     "2026-12-02T03:00:00Z",
		"cron(0 3 ? NOV,DEC MON-2 *)": "2026-11-30T03:00:00Z",
	} {
		due, ok := Next(schedule, after)
		if got := due.Format(time.RFC3339); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s %v, want %q", schedule, got, ok, want)
		}
	}
}

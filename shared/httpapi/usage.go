package httpapi

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// The routes of usage.
var (
	UsageGet = endpoint[None, metering.Usage](Route{
		Name: "usage-get", Method: "GET", Pattern: "/api/usage", Credentials: Session | Key, Tag: "Usage",
		Summary: "What this month took, of what, until when",
		Description: "A limit of null is unlimited. percent counts used and reserved together; near_limit is true from 90 percent. " +
			"runs_out_on is the day on which the limit is reached at this month's pace, or null.",
		Query:    []Param{{Name: "month", Description: "like 2026-11; the current month (UTC) when absent", Rule: matching(metering.PeriodPattern)}},
		Problems: []problem.Code{problem.InvalidInput},
	})
	UsageMonths = endpoint[None, Page[metering.MonthUse]](Route{
		Name: "usage-months", Method: "GET", Pattern: "/api/usage/months", Credentials: Session | Key, Paged: true, Tag: "Usage",
		Summary:     "What each month took, newest first",
		Description: "Months in which nothing was taken or given back are left out. storage_mb is what was stored at the month's end.",
	})
)

func usageRoutes() []Route { return []Route{UsageGet.Route, UsageMonths.Route} }

// ReportUsage serves UsageGet.
func ReportUsage(s metering.Service) Handler[None, metering.Usage] {
	return func(ctx context.Context, in *Request[None]) (metering.Usage, error) {
		var period metering.Period
		if month := in.Query("month"); month != "" {
			p, ok := metering.ParsePeriod(month)
			if !ok {
				return metering.Usage{}, problem.Invalid(problem.Field{Field: "month", Message: "must be a month like 2026-11"})
			}
			period = p
		}
		return s.Usage(ctx, in.Caller.Tenant, period)
	}
}

// ListMonths serves UsageMonths.
func ListMonths(s metering.Service) Handler[None, Page[metering.MonthUse]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]metering.MonthUse, string, error) {
		return s.Months(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, func(m metering.MonthUse) metering.MonthUse { return m })
}

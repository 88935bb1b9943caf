package httpapi

import (
	"net/http"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// UsageGet tells what a month has taken of the plan.
var UsageGet = Route{
	Name: "usage-get", Method: "GET", Pattern: "/api/usage", Credentials: Session, Tag: "Usage",
	Summary: "What this month took, of what, until when",
	Description: "A limit of null is unlimited. percent counts used and reserved together; near_limit is true from 90 percent. " +
		"runs_out_on is the day on which the limit is reached at this month's pace, or null.",
	Query:  []Param{{Name: "month", Description: "like 2026-11; the current month (UTC) when absent"}},
	Status: http.StatusOK, Answer: metering.Usage{}, Problems: []problem.Code{problem.InvalidInput},
}

// ReportUsage serves UsageGet.
func ReportUsage(s metering.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		var period metering.Period
		if month := r.URL.Query().Get("month"); month != "" {
			p, ok := metering.ParsePeriod(month)
			if !ok {
				return problem.Invalid(problem.Field{Field: "month", Message: "must be a month like 2026-11"})
			}
			period = p
		}
		usage, err := s.Usage(r.Context(), caller.Tenant, period)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, usage)
	}
}

// UsageMonths lists what past months took.
var UsageMonths = Route{
	Name: "usage-months", Method: "GET", Pattern: "/api/usage/months", Credentials: Session, Tag: "Usage",
	Summary: "What each month took, newest first", Description: "Months in which nothing was taken or given back are left out. storage_mb is what was stored at the month's end.",
	Query: pageParams(), Status: http.StatusOK, Answer: monthPage{}, Problems: []problem.Code{problem.InvalidInput, problem.InvalidCursor},
}

type monthPage struct {
	Items      []metering.MonthUse `json:"items"`
	NextCursor *string             `json:"next_cursor"` // null: this is the last page
}

// ListMonths serves UsageMonths.
func ListMonths(s metering.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		limit, after, err := pageOf(r, caller, "months")
		if err != nil {
			return err
		}
		months, next, err := s.Months(r.Context(), caller.Tenant, limit, after)
		if err != nil {
			return err
		}
		page := monthPage{Items: []metering.MonthUse{}, NextCursor: cursorAfter(caller, "months", next)}
		page.Items = append(page.Items, months...)
		return answer(w, http.StatusOK, page)
	}
}

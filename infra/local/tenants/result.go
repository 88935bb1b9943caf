package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// order says which of two tenants comes first.
type order func(a, b standing.Line) int

func byMargin(a, b standing.Line) int {
	return cmp.Or(cmp.Compare(a.Margin, b.Margin), cmp.Compare(a.Tenant, b.Tenant))
}

func byCost(a, b standing.Line) int { return cmp.Or(cmp.Compare(b.Cost, a.Cost), byMargin(a, b)) }

// bySeen has those first that were never seen, then those that were not for longest.
func bySeen(a, b standing.Line) int {
	at := func(l standing.Line) time.Time {
		if l.Seen == nil {
			return time.Time{}
		}
		return *l.Seen
	}
	return cmp.Or(at(a).Compare(at(b)), byMargin(a, b))
}

// read makes an order and a way to write of what was written on the command line.
func read(sort, format string) (order, func(io.Writer, *result) error, error) {
	orders := map[string]order{"": byMargin, "margin": byMargin, "cost": byCost, "seen": bySeen}
	formats := map[string]func(io.Writer, *result) error{"": asTable, "table": asTable, "json": asJSON}
	if orders[sort] == nil {
		return nil, nil, fmt.Errorf("SORT=%s is none of margin, cost and seen", sort)
	}
	if formats[format] == nil {
		return nil, nil, fmt.Errorf("FORMAT=%s is neither table nor json", format)
	}
	return orders[sort], formats[format], nil
}

// kept is how many lines a list keeps, however many tenants there are.
const kept = 5000

// list keeps the first lines of an order.
type list struct {
	order order
	lines []standing.Line
	Cut   int // those after them
}

func (l *list) add(line standing.Line) {
	if l.lines = append(l.lines, line); len(l.lines) >= 2*kept {
		l.settle()
	}
}

// settle brings the lines into order and cuts what is too many.
func (l *list) settle() []standing.Line {
	slices.SortFunc(l.lines, l.order)
	if over := len(l.lines) - kept; over > 0 {
		l.Cut += over
		l.lines = slices.Delete(l.lines, kept, len(l.lines))
	}
	return l.lines
}

// totals add up all tenants, shown or not.
type totals struct {
	Tenants int          `json:"tenants"`
	Losing  int          `json:"cost_more_than_they_pay"`
	Paid    int64        `json:"paid_cents"`
	Due     int64        `json:"due_cents"`
	Cost    int64        `json:"cost_cents"`
	Margin  int64        `json:"margin_cents"`
	Use     standing.Use `json:"use"`
}

// result is what all calls of one survey found.
type result struct {
	Month  metering.Period
	shown  list
	losing list
	Totals totals
	Failed []tenant.ID
	// seen are the ids that came: one that is put off in the index while it is read may
	// come twice. It is all that grows with the tenants, by 26 bytes each.
	seen map[tenant.ID]bool
}

func newResult(o order) *result {
	return &result{shown: list{order: o}, losing: list{order: byMargin}, seen: map[tenant.ID]bool{}, Failed: []tenant.ID{}}
}

func (r *result) add(answer standing.Survey) {
	r.Month = answer.Month
	for _, id := range answer.Failed {
		if !r.seen[id] {
			r.seen[id] = true
			r.Failed = append(r.Failed, id)
		}
	}
	for _, l := range answer.Tenants {
		if r.seen[l.Tenant] {
			continue
		}
		r.seen[l.Tenant] = true
		r.shown.add(l)
		if l.Losing() {
			r.losing.add(l)
			r.Totals.Losing++
		}
		r.Totals.add(l)
	}
}

func (t *totals) add(l standing.Line) {
	t.Tenants++
	t.Paid, t.Due, t.Cost, t.Margin = t.Paid+l.Paid, t.Due+l.Due, t.Cost+l.Cost, t.Margin+l.Margin
	t.Use.Images += l.Use.Images
	t.Use.Seconds += l.Use.Seconds
	t.Use.Minutes += l.Use.Minutes
	t.Use.StoredMB += l.Use.StoredMB
	t.Use.Uploads += l.Use.Uploads
}

// dollars writes cents.
func dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// plan is the plan in words, with how it came and whether the tenant is there.
func plan(l standing.Line) string {
	var notes []string
	if l.Granted {
		notes = append(notes, "granted")
	}
	if l.State != standing.Active {
		notes = append(notes, string(l.State))
	}
	if len(l.Foreign) > 0 {
		notes = append(notes, "also pays in "+strings.Join(l.Foreign, " and "))
	}
	if len(notes) == 0 {
		return string(l.Plan)
	}
	return strings.TrimSpace(string(l.Plan) + " (" + strings.Join(notes, ", ") + ")")
}

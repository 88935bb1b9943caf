package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func at(day int) *time.Time {
	t := time.Date(2026, 11, day, 9, 30, 0, 0, time.UTC)
	return &t
}

// two calls, the second of which has one again that was put off meanwhile.
func answers() []standing.Survey {
	earning := standing.Line{Tenant: "C", State: standing.Active, Plan: tenant.Pro, Paid: 2900, Cost: 13, Margin: 2887, Seen: at(20)}
	return []standing.Survey{
		{Month: "2026-11", Cursor: "next", Tenants: []standing.Line{
			earning, {Tenant: "A", State: standing.Active, Plan: tenant.Free, Cost: 268, Margin: -268, Use: standing.Use{Images: 60, Minutes: 7.5, StoredMB: 1.5, Uploads: 12}, Seen: at(2)},
		}},
		{Month: "2026-11", Failed: []tenant.ID{"F"}, Tenants: []standing.Line{
			earning, {Tenant: "B", State: standing.Active, Plan: tenant.Pro, Granted: true, Cost: 1200, Due: 1000, Margin: -200, Seen: at(1)}, {Tenant: "E", State: standing.Erased},
		}},
	}
}

func surveyed(t *testing.T, sort string) *result {
	t.Helper()
	order, _, err := read(sort, "")
	if err != nil {
		t.Fatal(err)
	}
	calls := answers()
	found, err := all("2026-11", order, func(ask standing.Request) (standing.Survey, error) {
		one := calls[0]
		calls = calls[1:]
		return one, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheTableNamesWhoCostsMoreThanItPays(t *testing.T) {
	var out strings.Builder
	if err := asTable(&out, surveyed(t, "")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"4 tenants", "2 of 4 cost more than they pay:\n  A  free: costs 2.68, pays 0.00, loses 2.68\n  B  pro (granted): costs 12.00, pays 10.00, loses 2.00\n",
		"MB  uploads   paid", "7.5  1.5       12   0.00", "F could not be looked at", "(erased)", "2026-11-20 09:30", "never",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if strings.Count(out.String(), "\n") < 10 || strings.Contains(out.String(), "C  pro: costs") {
		t.Errorf("\n%s", out.String())
	}
}

func TestLinesComeInTheOrderAskedFor(t *testing.T) {
	for sort, want := range map[string]string{"": "ABEC", "margin": "ABEC", "cost": "BACE", "seen": "EBAC"} {
		var got string
		for _, l := range surveyed(t, sort).shown.settle() {
			got += string(l.Tenant)
		}
		if got != want {
			t.Errorf("SORT=%s: %s, want %s", sort, got, want)
		}
	}
	for _, wrong := range [][2]string{{"name", ""}, {"", "xml"}} {
		if _, _, err := read(wrong[0], wrong[1]); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}

func TestJSONHasTheSums(t *testing.T) {
	var out strings.Builder
	if err := asJSON(&out, surveyed(t, "cost")); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tenants []standing.Line
		Totals  totals
		Failed  []string
	}
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Tenants) != 4 || got.Totals.Cost != 1481 || got.Totals.Paid != 2900 || got.Totals.Due != 1000 || got.Totals.Margin != 2419 || got.Totals.Losing != 2 || len(got.Failed) != 1 {
		t.Errorf("%+v", got)
	}
}

// However many tenants there are, a list keeps as many lines as it may, the first ones.
func TestAListKeepsTheFirstLinesAlone(t *testing.T) {
	l := list{order: byMargin}
	const many = 5*kept + 7
	for i := range many {
		l.add(standing.Line{Tenant: tenant.ID(fmt.Sprintf("%05d", i*7919%many)), Margin: int64(i * 7919 % many)})
		if len(l.lines) > 2*kept {
			t.Fatalf("%d lines are kept", len(l.lines))
		}
	}
	lines := l.settle()
	if len(lines) != kept || l.Cut != many-kept || !slices.IsSortedFunc(lines, byMargin) || lines[kept-1].Margin != kept-1 {
		t.Errorf("%d lines, %d cut, the last %+v", len(lines), l.Cut, lines[len(lines)-1])
	}
}

func TestACursorThatStandsStillEnds(t *testing.T) {
	if _, err := all("", byMargin, func(standing.Request) (standing.Survey, error) { return standing.Survey{Cursor: "x"}, nil }); err == nil {
		t.Error("it goes on for ever")
	}
}

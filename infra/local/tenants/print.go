package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// named is how many of those that cost more than they pay are named below the table.
const named = 100

// asTable prints a line for each tenant, the sums, and those that cost more than they pay.
func asTable(out io.Writer, r *result) error {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\n%s, in US dollars: what was used at AWS's list prices, what was paid or is still due\n\n", r.Month)
	fmt.Fprintln(w, "tenant\tpictures\tspoken s\tminutes\tMB\tuploads\tpaid\tdue\tcost\tmargin\tlast seen\t  plan")
	for _, l := range r.shown.settle() {
		row(w, string(l.Tenant), l.Use, l.Paid, l.Due, l.Cost, l.Margin, seen(l), plan(l))
	}
	if r.shown.Cut > 0 {
		fmt.Fprintf(w, "and %d more\t\t\t\t\t\t\t\t\t\t\t\n", r.shown.Cut)
	}
	t := r.Totals
	row(w, fmt.Sprintf("%d tenants", t.Tenants), t.Use, t.Paid, t.Due, t.Cost, t.Margin, "", "")
	if err := w.Flush(); err != nil {
		return err
	}
	losing(out, r)
	for _, id := range r.Failed {
		fmt.Fprintf(out, "%s could not be looked at; the function's log says why\n", id)
	}
	return nil
}

func row(w io.Writer, name string, u standing.Use, paid, due, cost, margin int64, last, plan string) {
	fmt.Fprintf(w, "%s\t%.0f\t%s\t%s\t%.1f\t%.0f\t%s\t%s\t%s\t%s\t%s\t  %s\n",
		name, u.Images, short(u.Seconds), short(u.Minutes), u.StoredMB, u.Uploads, dollars(paid), dollars(due), dollars(cost), dollars(margin), last, plan)
}

// short is an amount to a tenth.
func short(v float64) string { return metering.Number(float64(int64(v*10+0.5)) / 10) }

func seen(l standing.Line) string {
	if l.Seen == nil {
		return "never"
	}
	return l.Seen.UTC().Format("2006-01-02 15:04")
}

func losing(out io.Writer, r *result) {
	if r.Totals.Losing == 0 {
		fmt.Fprintln(out, "\nno tenant costs more than it pays")
		return
	}
	fmt.Fprintf(out, "\n%d of %d cost more than they pay:\n", r.Totals.Losing, r.Totals.Tenants)
	lines := r.losing.settle()
	for _, l := range lines[:min(len(lines), named)] {
		fmt.Fprintf(out, "  %s  %s: costs %s, pays %s, loses %s\n", l.Tenant, plan(l), dollars(l.Cost), dollars(l.Paid+l.Due), dollars(-l.Margin))
	}
	if more := r.Totals.Losing - min(len(lines), named); more > 0 {
		fmt.Fprintf(out, "  and %d more, which lose less\n", more)
	}
}

// asJSON prints the same for programs: lines in order, sums, and how many lines were cut.
func asJSON(out io.Writer, r *result) error {
	document := struct {
		Month   metering.Period `json:"month"`
		Read    time.Time       `json:"read_at"`
		Tenants []standing.Line `json:"tenants"`
		Cut     int             `json:"left_out"`
		Totals  totals          `json:"totals"`
		Failed  []tenant.ID     `json:"failed"`
	}{Month: r.Month, Read: time.Now().UTC().Truncate(time.Second), Tenants: append([]standing.Line{}, r.shown.settle()...), Totals: r.Totals, Failed: r.Failed}
	document.Cut = r.shown.Cut
	lines := json.NewEncoder(out)
	lines.SetIndent("", "  ")
	return lines.Encode(document)
}

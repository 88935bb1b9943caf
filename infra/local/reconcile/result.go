package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/devotionalai/platform/infra/local/running"
)

func print(out io.Writer, r running.Ledger) {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\ntenant\tmonth\trows\tsegments\tnot archived\t")
	for _, t := range r.Tenants {
		for _, m := range t.Months {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t\n", t.Tenant, m.Month, m.Rows, m.Segments, m.Unarchived)
		}
		if len(t.Months) == 0 {
			fmt.Fprintf(w, "%s\t-\t0\t0\t0\t\n", t.Tenant)
		}
	}
	_ = w.Flush()
	if r.Differences() > 0 {
		fmt.Fprintln(w, "\ntenant\tmonth\tmetric\tid\tin\tledger\tfound\tnote")
	}
	named := r.Slots
	for _, t := range r.Tenants {
		named = append(named, t.Differences...)
	}
	for _, d := range named {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", cmp.Or(d.Tenant, "-"), d.Month, d.Metric, d.ID, d.Where, d.Ledger, d.Found, d.Note)
	}
	_ = w.Flush()
	fmt.Fprintf(out, "\n%d tenants, %d differences, %d rows not archived\n", len(r.Tenants), r.Differences(), r.Unarchived())
	for _, id := range r.Failed {
		fmt.Fprintf(out, "%s could not be looked at; the function's log says why\n", id)
	}
}

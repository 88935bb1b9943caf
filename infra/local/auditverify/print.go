package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/devotionalai/platform/shared/domains/audit"
)

func unarchived(r audit.VerifyReport) (entries int) {
	for _, t := range r.Tenants {
		for _, m := range t.Months {
			entries += m.Unarchived
		}
	}
	return entries
}

func findings(r audit.VerifyReport) (count int) {
	for _, t := range r.Tenants {
		count += t.Count
	}
	return count
}

func clean(r audit.VerifyReport) bool {
	return unarchived(r) == 0 && findings(r) == 0 && len(r.Failed) == 0
}

func print(out io.Writer, r audit.VerifyReport) {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\ntenant\tmonth\tentries\tsegments\tnot archived\tchain\t")
	for _, t := range r.Tenants {
		for _, m := range t.Months {
			chain := "whole"
			if m.Broken != nil {
				chain = fmt.Sprintf("broken at segment %d: %s", m.Broken.Segment, m.Broken.Note)
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\t\n", t.Tenant, m.Month, m.Entries, m.Segments, m.Unarchived, chain)
		}
	}
	_ = w.Flush()
	if findings(r) > 0 {
		fmt.Fprintln(w, "\ntenant\tmonth\tsegment\tentry\tfound\tnote")
	}
	for _, t := range r.Tenants {
		for _, f := range t.Findings {
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", f.Tenant, f.Month, f.Segment, f.Entry, f.What, f.Note)
		}
	}
	_ = w.Flush()
	fmt.Fprintf(out, "\n%d tenants, %d findings, %d entries not archived\n", len(r.Tenants), findings(r), unarchived(r))
	for _, id := range r.Failed {
		fmt.Fprintf(out, "%s could not be looked at; the function's log says why\n", id)
	}
}

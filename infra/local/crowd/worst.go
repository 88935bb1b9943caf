package crowd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// served is how one person was, who is a tenant of their own.
type served struct {
	number int
	who    string
	summary
}

// worst are the people who waited longest, by their own p99: what all of them together
// waited hides one who always does.
func worst(calls []call, most int) []served {
	by := map[int][]call{}
	for _, c := range requests(calls, people) {
		by[c.Number] = append(by[c.Number], c)
	}
	var all []served
	for number, own := range by {
		all = append(all, served{number, own[len(own)-1].Who, sum(own)})
	}
	slices.SortFunc(all, func(a, b served) int {
		return cmp.Or(cmp.Compare(b.P99, a.P99), cmp.Compare(b.P50, a.P50), cmp.Compare(a.number, b.number))
	})
	return all[:min(len(all), most)]
}

func printWorst(out io.Writer, calls []call) {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nwho waited longest\tcalls\tp50 ms\tp99 ms\tmost\t")
	for _, s := range worst(calls, 5) {
		fmt.Fprintf(w, "%s %d\t%d\t%s\t%s\t%s\t\n", s.who, s.number, s.Count, ms(s.P50.Seconds()), ms(s.P99.Seconds()), ms(s.Most.Seconds()))
	}
	_ = w.Flush()
}

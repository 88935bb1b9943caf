package isolation

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Report writes what was found, and answers an error when any check is broken.
func Report(out io.Writer, results []Result) error {
	slices.SortStableFunc(results, func(a, b Result) int { return cmp.Or(cmp.Compare(a.Act, b.Act), cmp.Compare(a.Check, b.Check)) })
	count := map[Outcome]int{}
	for _, r := range results {
		count[r.Outcome]++
		if r.Outcome != Held {
			fmt.Fprintf(out, "%-20s act %-10q %s %s\n", r.Outcome, string(r.Act), r.Check, r.Detail)
		}
	}
	fmt.Fprintf(out, "%d checks: %d held, %d broken, %d rest on leading keys and are not to be seen here\n", len(results), count[Held], count[Broken], count[Unseen])
	if count[Broken] > 0 || count[Held] == 0 {
		return fmt.Errorf("%d of %d checks are broken", count[Broken], len(results))
	}
	return nil
}

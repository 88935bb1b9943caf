package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// report writes the table, then what gets what lacks, then the parameters that suit
// the account. It answers an error when something lacks without which there is no
// product.
func report(out io.Writer, w wish, found []told) error {
	fmt.Fprintf(out, "%s at %s, stack %s, mails from %s\n\n", w.Stage, cmp.Or(w.Domain, "CloudFront's own name"), w.Stack, cmp.Or(w.Mail, "nobody yet"))
	count := map[state]int{}
	for _, f := range found {
		count[f.State]++
		fmt.Fprintf(out, "  %-9s %-13s %s\n", f.State, f.Name, f.Said)
	}
	commands(out, "What lacks, and the command that gets it:", found, lacks)
	commands(out, "What would do more:", found, less)
	var give []string
	for _, f := range found {
		give = append(give, f.Give...)
	}
	if len(give) > 0 {
		fmt.Fprintf(out, "\nWhat suits this account, for make deploy:\n\n    SET=\"%s\"\n", strings.Join(give, " "))
	}
	fmt.Fprintf(out, "\n%d looked at: %d ok, %d lack, %d less than there could be, %d not seen\n", len(found), count[ok], count[lacks], count[less], count[unseen])
	if count[lacks] > 0 {
		return fmt.Errorf("%d things lack", count[lacks])
	}
	return nil
}

func commands(out io.Writer, title string, found []told, of state) {
	for _, f := range found {
		if f.State != of || len(f.Commands) == 0 {
			continue
		}
		if title != "" {
			fmt.Fprintf(out, "\n%s\n", title)
			title = ""
		}
		fmt.Fprintf(out, "\n  %s\n", f.Name)
		for _, c := range f.Commands {
			fmt.Fprintf(out, "    %s\n", strings.ReplaceAll(c, "\n", "\n    "))
		}
	}
}

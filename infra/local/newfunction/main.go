// Command newfunction makes a new API function that answers at once, with its
// row, its samples and its block of the template: make new-function NAME=noun-verb,
// with METHOD, PATTERN and ACT where those that the name suggests will not do.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var w wish
	flag.StringVar(&w.method, "method", "", "of the route; GET")
	flag.StringVar(&w.pattern, "pattern", "", "of the route; made from the name")
	flag.StringVar(&w.act, "act", "", "constant of shared/domains/tenant/act.go, such as Manage")
	flag.Parse()
	w.name = flag.Arg(0)
	if err := create(".", w); err != nil {
		fmt.Fprintln(os.Stderr, "make new-function:", err)
		os.Exit(1)
	}
}

// Command newfunction makes a new API function that answers at once, with its
// row, its samples and its block of the template: make new-function NAME=noun-verb.
package main

import (
	"fmt"
	"os"
)

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	if err := create(".", name); err != nil {
		fmt.Fprintln(os.Stderr, "make new-function:", err)
		os.Exit(1)
	}
}

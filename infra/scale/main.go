// Command scale prints what so many tenants ask of each limit, and which gives
// first: make scale. docs/scale.md holds the same tables.
package main

import (
	"fmt"
	"os"
)

func main() {
	text, err := report(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make scale:", err)
		os.Exit(1)
	}
	fmt.Print(text)
}

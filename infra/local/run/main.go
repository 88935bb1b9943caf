// Command run starts the product on this machine: make run, and with -live make
// dev.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/devotionalai/platform/infra/local/product"
)

func main() {
	if err := product.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdout); err != nil {
		command := "make run:"
		if slices.Contains(os.Args, "-live") {
			command = "make dev:"
		}
		fmt.Fprintln(os.Stderr, command, err)
		os.Exit(1)
	}
}

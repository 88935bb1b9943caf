// Command run starts the product on this machine: make run.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/product"
)

func main() {
	if err := product.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

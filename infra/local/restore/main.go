// Command restore makes the data of a local run what a backup holds: make restore.
package main

import (
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/product"
)

func main() {
	file := os.Getenv("FILE")
	if file == "" {
		fmt.Fprintln(os.Stderr, "usage: make restore FILE=backups/data-….tar.gz [YES=1]")
		os.Exit(2)
	}
	if err := product.Restore(".data", file, os.Getenv("YES") == "1", os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "make restore:", err)
		os.Exit(1)
	}
}

// Command reset empties the data of a local run without asking: make reset.
package main

import (
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/product"
)

func main() {
	if err := product.Reset(".data"); err != nil {
		fmt.Fprintln(os.Stderr, "make reset:", err)
		os.Exit(1)
	}
	fmt.Println(".data is empty")
}

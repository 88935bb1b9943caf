// Command backup archives the data of a local run, while it runs or not: make backup.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/devotionalai/platform/infra/local/product"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := product.Backup(ctx, ".data", os.Getenv("FILE"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "make backup:", err)
		os.Exit(1)
	}
}

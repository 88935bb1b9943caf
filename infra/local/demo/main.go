// Command demo does the product's main job from the command line, against the
// product that make run started: make demo.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/devotionalai/platform/infra/local/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen, err := settings.Load(os.Environ(), ".env")
	if err == nil {
		err = run(ctx, fmt.Sprintf("http://localhost:%d", chosen.Port))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make demo:", err)
		os.Exit(1)
	}
}

// Command auditverify holds the running product's record of acts against its
// locked copies, for every tenant, and names the first link of a chain that does
// not hold: make audit-verify.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/devotionalai/platform/infra/local/settings"
)

// errDiffers and errNotRunning end in exit codes of their own.
var (
	errDiffers    = errors.New("the record of acts is not what was written; see above")
	errNotRunning = errors.New("nothing to verify: start the product with make run")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen, err := settings.Load(os.Environ(), ".env")
	if err == nil {
		err = run(ctx, fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort), os.Stdout)
	}
	switch {
	case errors.Is(err, errNotRunning):
		fmt.Fprintf(os.Stderr, "make audit-verify: %v (looked at EMULATOR_PORT %d)\n", err, chosen.EmulatorPort)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "make audit-verify:", err)
		os.Exit(1)
	}
}

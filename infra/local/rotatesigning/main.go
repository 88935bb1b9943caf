// Command rotatesigning rotates the signing secret of the running product, as
// Secrets Manager would: make rotate-signing.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/shared/domains/auth"
)

var errNotRunning = errors.New("start the product with make run")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "make rotate-signing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	chosen, err := settings.Load(os.Environ(), ".env")
	if err != nil {
		return err
	}
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort)
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	stage, _ := chosen.Lookup("STAGE")
	secret := settings.SigningSecret(cmp.Or(stage, settings.LocalStage))
	now, err := stack.In(endpoint, stack.Product).RotateSigning(ctx, secret, func(step auth.Step) {
		fmt.Println(step)
		if step == auth.TestSecret {
			fmt.Println("a minute's wait, until every function may know the new keys")
		}
	})
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	if err != nil {
		return err
	}
	return settings.KeepSigning(".data", now)
}

// Command rotatesigning rotates the signing secret of the running product, as
// Secrets Manager would: make rotate-signing.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

var errNotRunning = errors.New("start the product with make run")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "make rotate-signing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	chosen, err := settings.Load(os.Environ(), ".env")
	if err != nil {
		return err
	}
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort)
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	product := stack.In(endpoint, stack.Product)
	stage, _ := chosen.Lookup("STAGE")
	secret, err := product.SecretARN(ctx, settings.SigningSecret(cmp.Or(stage, settings.LocalStage)))
	if err != nil {
		return errors.Join(errNotRunning, err)
	}
	// Secrets Manager takes a version's id of 32 characters at least.
	version := "local-" + tenant.NewID()
	for _, step := range auth.Steps() {
		asked, err := json.Marshal(auth.RotationStep{Step: step, SecretID: secret, ClientRequestToken: version})
		if err != nil {
			return err
		}
		if step == auth.FinishSecret {
			fmt.Fprintln(out, "a minute's wait, until every function may know the new keys")
		}
		_, err = product.Call(ctx, "signing-rotate", asked)
		if errors.Is(err, stack.ErrNoFunction) {
			return errNotRunning
		}
		if err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		fmt.Fprintln(out, step)
	}
	return nil
}

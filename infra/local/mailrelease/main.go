// Command mailrelease has the running product send mail again to an address that
// mail came back from, or that complained: make mail-release.
package main

import (
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
)

const usage = `usage: make mail-release EMAIL=you@example.com`

var errNotRunning = errors.New("start the product with make run")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	order := auth.ReleaseOrder{Email: os.Getenv("EMAIL")}
	if order.Email == "" {
		fmt.Fprintf(os.Stderr, "make mail-release: EMAIL is missing\n%s\n", usage)
		os.Exit(2)
	}
	chosen, err := settings.Load(os.Environ(), ".env")
	if err == nil {
		err = run(ctx, fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort), order, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make mail-release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, endpoint string, order auth.ReleaseOrder, out io.Writer) error {
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	asked, err := json.Marshal(order)
	if err != nil {
		return err
	}
	answer, err := stack.In(endpoint, stack.Product).Call(ctx, "mail-release", asked)
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	if err != nil {
		return err
	}
	var outcome auth.ReleaseOutcome
	if err := json.Unmarshal(answer, &outcome); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	said := "mail was sent to it already"
	if outcome.Released {
		said = "mail is sent to it again"
	}
	_, err = fmt.Fprintln(out, said)
	return err
}

// Command webhookreplay has the running product apply an event of the payment
// service again: make webhook-replay.
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
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const usage = `usage: make webhook-replay ID=evt_… [TENANT=id]`

var errNotRunning = errors.New("start the product with make run")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	order := billing.ReplayOrder{ID: os.Getenv("ID"), TenantID: tenant.ID(os.Getenv("TENANT"))}
	if order.ID == "" {
		fmt.Fprintf(os.Stderr, "make webhook-replay: ID is missing\n%s\n", usage)
		os.Exit(2)
	}
	chosen, err := settings.Load(os.Environ(), ".env")
	if err == nil {
		err = run(ctx, fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort), order, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make webhook-replay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, endpoint string, order billing.ReplayOrder, out io.Writer) error {
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	asked, err := json.Marshal(order)
	if err != nil {
		return err
	}
	answer, err := stack.In(endpoint, stack.Product).Call(ctx, "webhook-replay", asked)
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	if err != nil {
		return err
	}
	var done billing.Replayed
	if err := json.Unmarshal(answer, &done); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s of %s is applied again\n", done.EventID, done.TenantID)
	return err
}

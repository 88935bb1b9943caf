// Package running is what the commands share that act on the running product,
// like make tenant: they find it, call a function of it and say what it answered.
package running

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
)

// Command is one of them.
type Command struct {
	Name  string // of its target in the Makefile
	Usage string // how it is called; "" where nothing can be said wrongly
	// Checks is the verb of a command that finds out whether something holds, like
	// reconcile: 1 says that it does not, and so nothing to look at ends in 2.
	Checks string
}

// Product is what make run started.
type Product struct {
	*stack.Stack
	Settings settings.Settings
	Out      io.Writer
}

var errNotRunning = errors.New("start the product with make run")

// Run does act with the running product. It ends the process when that fails, or
// when misread is set: what the caller was asked to do and could not be read.
func (c Command) Run(misread error, act func(context.Context, *Product) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if code := c.run(ctx, os.Environ(), os.Stdout, os.Stderr, misread, act); code != 0 {
		os.Exit(code)
	}
}

// run answers the exit code.
func (c Command) run(ctx context.Context, environ []string, out, complaints io.Writer, misread error, act func(context.Context, *Product) error) int {
	if misread != nil {
		fmt.Fprintf(complaints, "make %s: %v\n%s\n", c.Name, misread, c.Usage)
		return 2
	}
	chosen, err := settings.Load(environ, ".env")
	if err == nil {
		err = found(ctx, chosen, out, act)
	}
	switch {
	case err == nil:
		return 0
	case c.Checks != "" && errors.Is(err, errNotRunning):
		fmt.Fprintf(complaints, "make %s: nothing to %s: %v (looked at EMULATOR_PORT %d)\n", c.Name, c.Checks, err, chosen.EmulatorPort)
		return 2
	default:
		fmt.Fprintf(complaints, "make %s: %v\n", c.Name, err)
		return 1
	}
}

// found does act with the product, if it runs. An emulator without a function that
// is called holds none: it is another's, or the product is being started.
func found(ctx context.Context, chosen settings.Settings, out io.Writer, act func(context.Context, *Product) error) error {
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", chosen.EmulatorPort)
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	err := act(ctx, &Product{Stack: stack.In(endpoint, stack.Product), Settings: chosen, Out: out})
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	return err
}

// Ask calls a function of the product and answers what it returned.
func Ask[A any](ctx context.Context, p *Product, function string, question any) (answer A, err error) {
	asked, err := json.Marshal(question)
	if err != nil {
		return answer, err
	}
	said, err := p.Call(ctx, function, asked)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(said, &answer); err != nil {
		return answer, fmt.Errorf("read answer of %s: %w", function, err)
	}
	return answer, nil
}

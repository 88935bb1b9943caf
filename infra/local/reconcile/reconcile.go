package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/shared/domains/metering"
)

const (
	// waitFor is how long the stream may take to catch up.
	waitFor = 60 * time.Second
	// stale is the age, in seconds, from which reconciling archives a row itself.
	// It is within waitFor, so that a record that the stream lost is no failure.
	stale = 30
)

func run(ctx context.Context, endpoint string, out io.Writer) error {
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	product := stack.In(endpoint, stack.Product)
	found, err := caughtUp(ctx, product, progress.To(out, 1))
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	if err != nil {
		return err
	}
	print(out, found)
	if !found.clean() {
		return errDiffers
	}
	return nil
}

// caughtUp reconciles until every row is archived, or the time is over.
func caughtUp(ctx context.Context, product *stack.Stack, steps *progress.Steps) (found result, err error) {
	err = steps.Do("reconcile", func(say func(string)) (string, error) {
		for end := time.Now().Add(waitFor); ; {
			if found, err = all(ctx, product); err != nil {
				return "", err
			}
			left := found.unarchived()
			if left == 0 || time.Now().After(end) {
				return fmt.Sprintf("%d tenants", len(found.Tenants)), nil
			}
			say(fmt.Sprintf("%d rows are not archived yet", left))
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
	})
	return found, err
}

// all reconciles every tenant, in as many calls as it takes.
func all(ctx context.Context, product *stack.Stack) (result, error) {
	var found result
	ask := metering.ReconcileRequest{All: true, Full: true, Stale: stale}
	for {
		payload, err := json.Marshal(ask)
		if err != nil {
			return found, err
		}
		answer, err := product.Call(ctx, "ledger-reconcile", payload)
		if err != nil {
			return found, err
		}
		var report metering.ReconcileReport
		if err := json.Unmarshal(answer, &report); err != nil {
			return found, fmt.Errorf("read report: %w", err)
		}
		found.add(report)
		if report.Cursor == "" {
			return found, nil
		}
		ask.Cursor = report.Cursor
	}
}

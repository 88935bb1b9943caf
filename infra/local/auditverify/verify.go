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
	"github.com/devotionalai/platform/shared/domains/audit"
)

const (
	// waitFor is how long the stream may take to catch up.
	waitFor = 60 * time.Second
	// stale is the age, in seconds, from which verifying archives an entry itself. It
	// is within waitFor, so that a record that the stream lost is no failure.
	stale = 30
)

func run(ctx context.Context, endpoint string, out io.Writer) error {
	if !emulator.Healthy(ctx, endpoint) {
		return errNotRunning
	}
	found, err := caughtUp(ctx, stack.In(endpoint, stack.Product), progress.To(out, 1))
	if errors.Is(err, stack.ErrNoFunction) {
		return errNotRunning
	}
	if err != nil {
		return err
	}
	print(out, found)
	if !clean(found) {
		return errDiffers
	}
	return nil
}

// caughtUp verifies until every entry is archived, or the time is over.
func caughtUp(ctx context.Context, product *stack.Stack, steps *progress.Steps) (found audit.VerifyReport, err error) {
	err = steps.Do("verify", func(say func(string)) (string, error) {
		for end := time.Now().Add(waitFor); ; {
			if found, err = all(ctx, product); err != nil {
				return "", err
			}
			left := unarchived(found)
			if left == 0 || time.Now().After(end) {
				return fmt.Sprintf("%d tenants", len(found.Tenants)), nil
			}
			say(fmt.Sprintf("%d entries are not archived yet", left))
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
	})
	return found, err
}

// all verifies every tenant, in as many calls as it takes.
func all(ctx context.Context, product *stack.Stack) (audit.VerifyReport, error) {
	var found audit.VerifyReport
	ask := audit.VerifyRequest{All: true, Stale: stale}
	for {
		payload, err := json.Marshal(ask)
		if err != nil {
			return found, err
		}
		answer, err := product.Call(ctx, "audit-verify", payload)
		if err != nil {
			return found, err
		}
		var report audit.VerifyReport
		if err := json.Unmarshal(answer, &report); err != nil {
			return found, fmt.Errorf("read report: %w", err)
		}
		found.Tenants = append(found.Tenants, report.Tenants...)
		found.Failed = append(found.Failed, report.Failed...)
		if report.Cursor == "" {
			return found, nil
		}
		ask.Cursor = report.Cursor
	}
}

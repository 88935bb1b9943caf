// Command reconcile holds the running product's ledger against its counters,
// segments and files, for every tenant: make reconcile.
package main

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/metering"
)

var errDiffers = errors.New("the ledger does not agree with everything; see above")

func main() {
	running.Command{Name: "reconcile", Checks: "reconcile"}.Run(nil, reconcile)
}

func reconcile(ctx context.Context, product *running.Product) error {
	var found result
	err := product.CatchUp(ctx, "reconcile", "rows", func() (int, int, error) {
		var err error
		found, err = all(ctx, product)
		return len(found.Tenants), found.unarchived(), err
	})
	if err != nil {
		return err
	}
	print(product.Out, found)
	if !found.clean() {
		return errDiffers
	}
	return nil
}

// all reconciles every tenant, in as many calls as it takes.
func all(ctx context.Context, product *running.Product) (found result, err error) {
	for ask := (metering.ReconcileRequest{All: true, Full: true, Stale: running.Stale}); ; {
		report, err := running.Ask[metering.ReconcileReport](ctx, product, "ledger-reconcile", ask)
		if err != nil {
			return found, err
		}
		found.add(report)
		if report.Cursor == "" {
			return found, nil
		}
		ask.Cursor = report.Cursor
	}
}

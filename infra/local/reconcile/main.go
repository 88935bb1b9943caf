// Command reconcile holds the running product's ledger against its counters,
// segments and files, for every tenant: make reconcile.
package main

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/infra/local/running"
)

var errDiffers = errors.New("the ledger does not agree with everything; see above")

func main() {
	running.Command{Name: "reconcile", Checks: "reconcile"}.Run(nil, reconcile)
}

func reconcile(ctx context.Context, product *running.Product) error {
	found, err := product.Reconcile(ctx)
	if err != nil {
		return err
	}
	print(product.Out, found)
	if !found.Clean() {
		return errDiffers
	}
	return nil
}

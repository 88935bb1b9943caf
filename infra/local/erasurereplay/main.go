// Command erasurereplay has the running product remove again what a restored copy
// holds of those who were erased: make erasure-replay.
package main

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/erasure"
)

func main() {
	running.Command{Name: "erasure-replay", Checks: "replay"}.Run(nil, replay)
}

func replay(ctx context.Context, product *running.Product) error {
	done, err := running.Ask[erasure.Replayed](ctx, product, "erasure-replay", struct{}{})
	if err != nil {
		return err
	}
	counts := done.Erased.Counts()
	fmt.Fprintf(product.Out, "%d erasures read, %d had come back: %d items and %d versions of objects removed again\n",
		done.Erasures, done.Found, counts.Items, counts.Objects)
	return nil
}

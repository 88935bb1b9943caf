// Command tenants shows how the tenants of the running product stand in a month: what
// each used, what that costs on AWS, what it paid, and when it was last seen: make
// tenants. It names those that cost more than they pay.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/standing"
)

const usage = `usage: make tenants [MONTH=2026-11] [SORT=margin|cost|seen] [FORMAT=table|json]
Without MONTH it is the one under way. Those that cost most beyond what they pay come first, or that cost most, or that nobody has used for longest.`

func main() {
	order, write, err := read(os.Getenv("SORT"), os.Getenv("FORMAT"))
	running.Command{Name: "tenants", Usage: usage}.Run(err, func(ctx context.Context, product *running.Product) error {
		found, err := all(os.Getenv("MONTH"), order, func(ask standing.Request) (standing.Survey, error) {
			return running.Ask[standing.Survey](ctx, product, "tenant-survey", ask)
		})
		if err != nil {
			return err
		}
		return write(product.Out, found)
	})
}

// all asks for every tenant, in as many calls as it takes.
func all(month string, order order, call func(standing.Request) (standing.Survey, error)) (*result, error) {
	found := newResult(order)
	for ask := (standing.Request{Month: month}); ; {
		answer, err := call(ask)
		if err != nil {
			return nil, err
		}
		found.add(answer)
		if answer.Cursor == "" {
			return found, nil
		}
		if answer.Cursor == ask.Cursor {
			return nil, fmt.Errorf("the list does not go on from where it was")
		}
		ask.Cursor = answer.Cursor
	}
}

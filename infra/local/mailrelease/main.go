// Command mailrelease has the running product send mail again to an address that
// mail came back from, or that complained: make mail-release.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/auth"
)

func main() {
	var missing error
	order := auth.ReleaseOrder{Email: os.Getenv("EMAIL")}
	if order.Email == "" {
		missing = errors.New("EMAIL is missing")
	}
	running.Command{Name: "mail-release", Usage: `usage: make mail-release EMAIL=you@example.com`}.Run(missing, func(ctx context.Context, product *running.Product) error {
		outcome, err := running.Ask[auth.ReleaseOutcome](ctx, product, "mail-release", order)
		if err != nil {
			return err
		}
		said := "mail was sent to it already"
		if outcome.Released {
			said = "mail is sent to it again"
		}
		_, err = fmt.Fprintln(product.Out, said)
		return err
	})
}

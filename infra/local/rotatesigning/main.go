// Command rotatesigning rotates the signing secret of the running product, as
// Secrets Manager would: make rotate-signing.
package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/shared/domains/auth"
)

func main() {
	running.Command{Name: "rotate-signing"}.Run(nil, rotate)
}

func rotate(ctx context.Context, product *running.Product) error {
	stage, _ := product.Settings.Lookup("STAGE")
	secret := settings.SigningSecret(cmp.Or(stage, settings.LocalStage))
	now, err := product.RotateSigning(ctx, secret, func(step auth.Step) {
		fmt.Fprintln(product.Out, step)
		if step == auth.TestSecret {
			fmt.Fprintln(product.Out, "a minute's wait, until every function may know the new keys")
		}
	})
	if err != nil {
		return err
	}
	return settings.KeepSigning(".data", now)
}

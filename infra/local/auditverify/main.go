// Command auditverify holds the running product's record of acts against its
// locked copies, for every tenant, and names the first link of a chain that does
// not hold: make audit-verify.
package main

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/audit"
)

var errDiffers = errors.New("the record of acts is not what was written; see above")

func main() {
	running.Command{Name: "audit-verify", Checks: "verify"}.Run(nil, verify)
}

func verify(ctx context.Context, product *running.Product) error {
	var found audit.VerifyReport
	err := product.CatchUp(ctx, "verify", "entries", func() (int, int, error) {
		var err error
		found, err = all(ctx, product)
		return len(found.Tenants), unarchived(found), err
	})
	if err != nil {
		return err
	}
	print(product.Out, found)
	if !clean(found) {
		return errDiffers
	}
	return nil
}

// all verifies every tenant, in as many calls as it takes.
func all(ctx context.Context, product *running.Product) (found audit.VerifyReport, err error) {
	for ask := (audit.VerifyRequest{All: true, Stale: running.Stale}); ; {
		report, err := running.Ask[audit.VerifyReport](ctx, product, "audit-verify", ask)
		if err != nil {
			return found, err
		}
		found.Tenants = append(found.Tenants, report.Tenants...)
		found.Failed = append(found.Failed, report.Failed...)
		if report.Cursor == "" {
			return found, nil
		}
		ask.Cursor = report.Cursor
	}
}

// tenant-change sets what a tenant may use, for an operator: a plan that is
// granted whatever was bought, and limits agreed with it alone.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, billing.TermsChange) (billing.Terms, error), error) {
	rt.Does(tenant.Terms)
	store := dynamo.NewTerms(dynamo.NewClient(rt.AWS, c.Platform, c.Directory))
	return func(ctx context.Context, change billing.TermsChange) (billing.Terms, error) {
		return billing.ChangeTerms(ctx, store, change, rt.Now())
	}, nil
}

// tenant-change sets what a tenant may use, for an operator: its plan, and
// limits agreed with it alone.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, metering.TermsChange) (metering.Terms, error), error) {
	rt.Does(tenant.Terms)
	store := dynamo.NewTerms(dynamo.NewClient(rt.AWS, c.Platform, c.Directory))
	return func(ctx context.Context, change metering.TermsChange) (metering.Terms, error) {
		return metering.ChangeTerms(ctx, store, change, rt.Now())
	}, nil
}

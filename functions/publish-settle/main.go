// publish-settle ends an attempt of a publication.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	Platform string `env:"PLATFORM_TABLE,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Ending) (render.SettleResult, error), error) {
	store := dynamo.NewPublications(dynamo.NewClient(rt.AWS, c.Platform, ""))
	return publish.SettleStep{Settler: publish.Settler{Store: store, Now: rt.Now}}.Run, nil
}

// erase-scan looks for what is left of an account, or of one of its members.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	steps.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	store := c.Store(rt)
	return erasure.ScanStep{
		Run:    erasure.Run{Progress: dynamo.NewErasures(store), Now: rt.Now},
		Eraser: erasure.Eraser{Items: dynamo.NewErasable(store)}, Objects: s3files.New(rt.AWS, c.MediaBucket),
	}.Do, nil
}

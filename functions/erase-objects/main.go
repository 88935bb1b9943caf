// erase-objects removes an account's objects, with all versions.
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
	run := erasure.Run{Progress: dynamo.NewErasures(c.Store(rt)), Now: rt.Now}
	return erasure.ObjectsStep{Run: run, Objects: s3files.New(rt.AWS, c.MediaBucket)}.Do, nil
}

// render-plan begins an attempt of a render and lists what there is to do.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

type config struct{ steps.Settings }

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (render.Plan, error), error) {
	return render.PlanStep{Worker: renderer.Worker(rt, c.Settings)}.Run, nil
}

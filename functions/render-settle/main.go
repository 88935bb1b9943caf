// render-settle ends an attempt of a render and settles what it took.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

type config struct{ steps.Settings }

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Ending) (render.SettleResult, error), error) {
	rt.Does(tenant.Render)
	w := renderer.Worker(rt, c.Settings)
	return render.SettleStep{Settler: render.NewSettler(w.Jobs, rt.Now).Telling(outcomes.Ended(rt)), Files: w.Files}.Run, nil
}

// render-plan begins an attempt of a render and lists what there is to do.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

type config struct {
	steps.Settings
	Voice voices.Settings
	Fonts renderer.Fonts
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (render.Plan, error), error) {
	all, err := c.Voice.Voices()
	if err != nil {
		return nil, err
	}
	return render.PlanStep{Worker: renderer.Worker(rt, c.Settings), Voices: all, Stock: c.Fonts.Stock(), Gone: c.Fonts.Gone}.Run, nil
}

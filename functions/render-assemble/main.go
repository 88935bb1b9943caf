// render-assemble joins the pieces to the finished video.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

type config struct {
	steps.Settings
	Encoder ffmpeg.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (struct{}, error), error) {
	step := render.AssembleStep{Worker: renderer.Worker(rt, c.Settings), Encoder: ffmpeg.New(c.Encoder)}
	return func(ctx context.Context, in workflow.Input) (struct{}, error) {
		return struct{}{}, step.Run(ctx, in)
	}, nil
}

// render-segment encodes one piece of a video.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

type config struct {
	steps.Settings
	Encoder ffmpeg.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, render.StepInput) (struct{}, error), error) {
	step := render.SegmentStep{Worker: renderer.Worker(rt, c.Settings), Encoder: ffmpeg.New(c.Encoder)}
	return func(ctx context.Context, in render.StepInput) (struct{}, error) { return struct{}{}, step.Run(ctx, in) }, nil
}

// render-segment encodes one piece of a video.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

type config struct {
	steps.Settings
	Voice   voices.Settings
	Encoder ffmpeg.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, render.StepInput) (struct{}, error), error) {
	all, err := c.Voice.Voices()
	if err != nil {
		return nil, err
	}
	step := render.SegmentStep{Worker: renderer.Worker(rt, c.Settings), Encoder: ffmpeg.New(c.Encoder), Voices: all}
	return func(ctx context.Context, in render.StepInput) (struct{}, error) { return struct{}{}, step.Run(ctx, in) }, nil
}

// render-image makes the picture of one scene.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/painter"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	steps.Settings
	Image painter.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, render.StepInput) (struct{}, error), error) {
	paints, err := painter.New(rt, c.Image)
	if err != nil {
		return nil, err
	}
	step := render.ImageStep{
		Worker: renderer.Worker(rt, c.Settings), Images: dynamo.NewImages(c.Store(rt)), Timeout: c.Image.Timeout,
		Painter: paints, Sketcher: painter.Sketcher(), Sketched: rt.PictureDrawn,
	}
	return func(ctx context.Context, in render.StepInput) (struct{}, error) { return struct{}{}, step.Run(ctx, in) }, nil
}

// render-voice reads one scene aloud.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/narrator"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
)

type config struct {
	steps.Settings
	Voice narrator.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, render.StepInput) (struct{}, error), error) {
	speaks, err := narrator.New(rt, c.Voice)
	if err != nil {
		return nil, err
	}
	step := render.VoiceStep{Worker: renderer.Worker(rt, c.Settings), Speaker: speaks, Denied: rt.VoiceDenied, Heard: outcomes.Read(rt)}
	return func(ctx context.Context, in render.StepInput) (struct{}, error) { return struct{}{}, step.Run(ctx, in) }, nil
}

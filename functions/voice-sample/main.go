// voice-sample records the sample of each voice that has none yet.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/narrator"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Voice  narrator.Settings
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, struct{}) (render.SampleReport, error), error) {
	speaks, err := narrator.New(rt, c.Voice)
	if err != nil {
		return nil, err
	}
	files := s3files.Voices{Bucket: s3files.New(rt.AWS, c.Bucket), Narrator: c.Voice.Provider}
	sampler := render.Sampler{Speaker: speaks, Files: files}
	return func(ctx context.Context, _ struct{}) (render.SampleReport, error) { return sampler.Run(ctx) }, nil
}

// tenant-survey shows operators how each tenant stands in a month: what it used, what
// that cost, what it paid, and when it was last seen.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tariff"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	Platform string `env:"PLATFORM_TABLE,required,notEmpty"`
	Images   string `env:"IMAGE_PROVIDER,required,notEmpty"` // bedrock paints for money
	Voices   string `env:"VOICE_PROVIDER,required,notEmpty"` // polly speaks for money
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, standing.Request) (standing.Survey, error), error) {
	rt.Does(tenant.Survey)
	by := tariff.Sources{Painted: c.Images == "bedrock", Neural: c.Voices == "polly"}
	store := dynamo.NewSurvey(dynamo.NewClient(rt.AWS, c.Platform, ""))
	return standing.Surveyor{Store: store, By: by, Now: rt.Now, Warn: rt.Warn}.Run, nil
}

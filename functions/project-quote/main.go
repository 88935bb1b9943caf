// project-quote answers POST /api/v1/projects/{id}/quote.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Quota metering.Base
	Voice voices.Settings
	// Files of fonts that the renderer has not.
	FontsLacking []string `env:"FONTS_LACKING"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := dynamo.NewAdmissions(c.Store(rt))
	pricer := render.NewPricer(store, metering.NewIntake(store, metering.NewQuotas(c.Quota), metering.Slots{}, c.AppURL, rt.Now), c.Voice.Provider)
	pricer = pricer.Drawing(script.Without(c.FontsLacking...))
	return edge.Serve(rt, c.Settings, httpapi.ProjectQuote, httpapi.QuoteProject(pricer))
}

// project-quote answers POST /api/v1/projects/{id}/quote.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Quota metering.Base
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := dynamo.NewAdmissions(c.Store(rt))
	pricer := render.NewPricer(store, metering.NewIntake(store, metering.NewQuotas(c.Quota), metering.Slots{}, c.AppURL, rt.Now))
	return edge.Serve(rt, c.Settings, httpapi.ProjectQuote, httpapi.QuoteProject(pricer))
}

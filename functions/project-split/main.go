// project-split answers POST /api/v1/projects/split.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/paste"
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
	all, err := c.Voice.Voices()
	if err != nil {
		return nil, err
	}
	store := c.Store(rt)
	intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), metering.Slots{}, c.AppURL, rt.Now)
	pricer := render.NewEstimator(dynamo.NewImages(store), intake, c.Voice.Provider).Drawing(script.Without(c.FontsLacking...))
	splitter := paste.NewSplitter(pricer, all)
	return edge.Serve(rt, c.Settings, httpapi.ProjectSplit, httpapi.SplitText(splitter))
}

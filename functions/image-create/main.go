// image-create answers POST /api/v1/images.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/painter"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	edge.Settings
	Quota  metering.Base
	Image  painter.Settings
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	paints, err := painter.New(rt, c.Image)
	if err != nil {
		return nil, err
	}
	store := c.Store(rt)
	intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), metering.Slots{}, c.AppURL, rt.Now)
	previews := render.NewPreviewer(intake, dynamo.NewImages(store), s3files.New(rt.AWS, c.Bucket), paints, c.Image.Timeout, rt.Warn).Telling(rt.PictureDenied)
	return edge.Serve(rt, c.Settings, httpapi.ImageCreate, httpapi.CreateImage(previews))
}

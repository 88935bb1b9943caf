// magic-link-request answers POST /api/auth/magic-link/request.
package main

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	edge.Settings
	From    string        `env:"MAIL_FROM,required,notEmpty"`
	Set     string        `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
	Life    time.Duration `env:"MAGIC_LINK_TTL" envDefault:"15m"`
	PerHour int           `env:"MAGIC_LINK_PER_ADDRESS_PER_HOUR" envDefault:"10"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	requester := &auth.LinkRequester{
		Links: dynamo.NewLinks(c.Store(rt)), Mail: sesmail.New(rt.AWS, c.From).Through(c.Set),
		AppURL: c.AppURL, Limit: ratelimit.PerHour(c.PerHour), Refused: edge.Refusals(), Life: c.Life, Now: rt.Now,
	}
	return edge.Serve(rt, c.Settings, httpapi.MagicLinkRequest, httpapi.RequestMagicLink(requester))
}

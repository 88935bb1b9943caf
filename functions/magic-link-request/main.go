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
	edge.Cookies
	From    string        `env:"MAIL_FROM,required,notEmpty"`
	Set     string        `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
	Life    time.Duration `env:"MAGIC_LINK_TTL" envDefault:"15m"`
	PerHour int           `env:"MAGIC_LINK_PER_ADDRESS_PER_HOUR" envDefault:"10"`
	Caller  int           `env:"MAGIC_LINK_PER_CALLER_PER_HOUR" envDefault:"100"`
	Overall int           `env:"MAGIC_LINK_OVERALL_PER_HOUR" envDefault:"2000"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	if err := c.Check(rt); err != nil {
		return nil, err
	}
	requester := &auth.LinkRequester{
		Links: dynamo.NewLinks(c.Store(rt)), Mail: sesmail.New(rt.AWS, c.From).Through(c.Set), AppURL: c.AppURL, Life: c.Life, Now: rt.Now,
		Limits:  auth.MailLimits{Address: ratelimit.PerHour(c.PerHour), Caller: ratelimit.PerHour(c.Caller), Overall: ratelimit.PerHour(c.Overall)},
		Refused: edge.Refusals(), Count: rt.MailRefused, Mailed: rt.LinkMailed,
	}
	return edge.Serve(rt, c.Settings, httpapi.MagicLinkRequest, httpapi.RequestMagicLink(requester, c.SecureCookies))
}

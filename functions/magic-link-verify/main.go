// magic-link-verify answers POST /api/auth/magic-link/verify.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Signing signing.Settings
	Codes   int `env:"MAGIC_LINK_CODE_TRIES_PER_HOUR" envDefault:"10"`
}

func main() { boot.HTTP(build) }

func build(ctx context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	verifier := &auth.Verifier{Store: dynamo.NewSignIns(c.Store(rt)), Tokens: tokens, Codes: ratelimit.PerHour(c.Codes), Now: rt.Now, Entered: rt.SignedIn}
	return edge.Serve(rt, c.Settings, httpapi.MagicLinkVerify, httpapi.VerifyMagicLink(verifier, c.Signing.SecureCookies))
}

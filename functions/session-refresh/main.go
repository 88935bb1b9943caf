// session-refresh answers POST /api/auth/refresh.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Signing signing.Settings
}

func main() { boot.HTTP(build) }

func build(ctx context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	refresher := &auth.Refresher{
		Sessions: dynamo.NewCredentials(c.Store(rt)), Tokens: tokens,
		Rate: c.UserRate(), Refused: edge.Refusals(), Log: rt.Log, Now: rt.Now,
	}
	return edge.Serve(rt, c.Settings, httpapi.SessionRefresh, httpapi.RefreshSession(refresher, c.Signing.SecureCookies))
}

// session-logout answers POST /api/auth/logout.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	edge.Cookies
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	if err := c.Check(rt); err != nil {
		return nil, err
	}
	leaver := &auth.Leaver{Sessions: dynamo.NewCredentials(c.Store(rt)), Keys: c.Keys(rt), Log: rt.Log, Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.SessionLogout, httpapi.LogoutSession(leaver, c.SecureCookies))
}

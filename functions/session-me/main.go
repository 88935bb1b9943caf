// session-me answers GET /api/auth/me.
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

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	profiles := &auth.Profiles{Plans: dynamo.NewTenants(c.Store(rt))}
	return edge.Serve(rt, c.Settings, httpapi.SessionMe, httpapi.Me(profiles))
}

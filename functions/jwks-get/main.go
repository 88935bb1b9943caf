// jwks-get answers GET /.well-known/jwks.json.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/httpapi"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	return edge.Serve(rt, c.Settings, httpapi.JWKS, httpapi.PublicKeys(c.Keys(rt)))
}

// openapi-get answers GET /api/openapi.json.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/docs"
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/httpapi"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	return edge.Serve(rt, c.Settings, httpapi.OpenAPIGet, httpapi.GetDocument("", docs.OpenAPI))
}

// export-list answers GET /api/account/exports.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	service := export.Service{Store: dynamo.NewExports(c.Store(rt)), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.ExportList, httpapi.Exports{AppURL: c.AppURL}.List(service))
}

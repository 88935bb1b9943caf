// export-start answers POST /api/account/export.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	edge.Settings
	Machine string `env:"EXPORT_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	service := export.Service{Store: dynamo.NewExports(c.Store(rt)), Machine: stepfn.New(rt.AWS, c.Machine), Now: rt.Now, Warn: rt.Warn}
	return edge.Serve(rt, c.Settings, httpapi.ExportStart, httpapi.Exports{AppURL: c.AppURL}.Start(service))
}

// usage-months answers GET /api/usage/months.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	usage := metering.NewService(dynamo.NewMetering(c.Store(rt)), metering.Quotas{}, rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.UsageMonths, httpapi.ListMonths(usage))
}

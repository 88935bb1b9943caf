// health-get answers GET /api/health.
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
	health := httpapi.Health{Status: "ok", Build: rt.Build, Region: rt.AWS.Region, Mode: string(rt.Mode)}
	return edge.Serve(rt, c.Settings, httpapi.HealthGet, httpapi.ReportHealth(health))
}

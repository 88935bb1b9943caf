// audit-list answers GET /api/account/audit.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	trail := audit.NewTrail(dynamo.NewTrail(c.Store(rt)), rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.AuditList, httpapi.ListAudit(trail))
}

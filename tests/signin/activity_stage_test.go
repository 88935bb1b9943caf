package signin_test

import (
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addActivity puts the functions of activity behind the mux.
func addActivity(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client) error {
	return add(mux, rt, c, httpapi.AuditList, httpapi.ListAudit(audit.NewTrail(dynamo.NewTrail(store), rt.Now)))
}

package signin_test

import (
	"errors"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addKeys puts the functions of keys behind the mux.
func addKeys(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client) error {
	keys := httpapi.APIKeys{Keys: &auth.APIKeys{Store: dynamo.NewAPIKeys(store), Now: rt.Now}, Now: rt.Now}
	return errors.Join(
		addOne(mux, rt, c, httpapi.APIKeyGet, keys.GetAccountKey()),
		addOne(mux, rt, c, httpapi.APIKeyRotate, keys.RotateAccountKey()),
		addOne(mux, rt, c, httpapi.APIKeysList, keys.List()),
		addOne(mux, rt, c, httpapi.APIKeysCreate, keys.Create()),
		addOne(mux, rt, c, httpapi.APIKeysRotate, keys.Rotate()),
		addOne(mux, rt, c, httpapi.APIKeysRevoke, keys.Revoke()),
	)
}

// addOne puts a function behind the mux whose path others share.
func addOne[Body, Answer any](mux *http.ServeMux, rt *boot.Runtime, c settings, e httpapi.Endpoint[Body, Answer], h httpapi.Handler[Body, Answer]) error {
	served, err := edge.Serve(rt, c.Settings, e, h)
	if err == nil {
		mux.Handle(e.Method+" "+e.Pattern, served)
	}
	return err
}

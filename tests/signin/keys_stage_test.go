package signin_test

import (
	"errors"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addKeys puts the functions of keys behind the mux.
func addKeys(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client) error {
	keys := httpapi.APIKeys{Keys: &auth.APIKeys{Store: dynamo.NewAPIKeys(store), Now: rt.Now}, Now: rt.Now}
	return errors.Join(
		add(mux, rt, c, httpapi.APIKeyGet, keys.GetAccountKey()),
		add(mux, rt, c, httpapi.APIKeyRotate, keys.RotateAccountKey()),
		add(mux, rt, c, httpapi.APIKeysList, keys.List()),
		add(mux, rt, c, httpapi.APIKeysCreate, keys.Create()),
		add(mux, rt, c, httpapi.APIKeysRotate, keys.Rotate()),
		add(mux, rt, c, httpapi.APIKeysRevoke, keys.Revoke()),
	)
}

package signin_test

import (
	"errors"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addSessions puts the functions of sessions behind the mux.
func addSessions(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client, _ *auth.Tokens) error {
	open := &auth.OpenSessions{Store: dynamo.NewCredentials(store), Now: rt.Now}
	return errors.Join(
		add(mux, rt, c, httpapi.SessionList, httpapi.ListSessions(open)),
		add(mux, rt, c, httpapi.SessionEnd, httpapi.EndSession(open)),
	)
}

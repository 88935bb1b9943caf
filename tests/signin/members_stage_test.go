package signin_test

import (
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addMembers puts the functions of members behind the mux.
func addMembers(_ *http.ServeMux, _ *boot.Runtime, _ settings, _ *dynamo.Client, _ *auth.Tokens) error {
	return nil
}

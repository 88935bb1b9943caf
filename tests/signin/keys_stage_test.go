package signin_test

import (
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addKeys puts the functions of keys behind the mux.
func addKeys(_ *http.ServeMux, _ *boot.Runtime, _ settings, _ *dynamo.Client) error {
	return nil
}

package signin_test

import (
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addActivity puts the functions of activity behind the mux.
func addActivity(_ *http.ServeMux, _ *boot.Runtime, _ settings, _ *dynamo.Client) error {
	return nil
}

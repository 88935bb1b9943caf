package signin_test

import (
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addMailbox puts the functions of mailbox behind the mux.
func addMailbox(_ *http.ServeMux, _ *boot.Runtime, _ settings, _ *dynamo.Client) error {
	return nil
}

package signin_test

import (
	"errors"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addMailbox puts the functions of mailbox behind the mux.
func addMailbox(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client) error {
	mailbox := &auth.Mailbox{Store: dynamo.NewSuppressions(store), Warn: rt.Warn, Now: rt.Now}
	return errors.Join(
		add(mux, rt, c, httpapi.MailboxGet, httpapi.LookAtMailbox(mailbox)),
		add(mux, rt, c, httpapi.MailboxResume, httpapi.ResumeMail(mailbox)),
	)
}

// mailbox-get answers GET /api/account/mailbox.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	mailbox := &auth.Mailbox{Store: dynamo.NewSuppressions(c.Store(rt)), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.MailboxGet, httpapi.LookAtMailbox(mailbox))
}

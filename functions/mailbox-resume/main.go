// mailbox-resume answers POST /api/account/mailbox/resume.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	edge.Settings
	Set string `env:"MAIL_CONFIGURATION_SET"` // of SES; "": there is none, and no list of the account's
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	mailbox := &auth.Mailbox{
		Store: dynamo.NewSuppressions(c.Store(rt)), List: sesmail.NewList(rt.AWS, c.Set), Warn: rt.Warn, Now: rt.Now,
	}
	return edge.Serve(rt, c.Settings, httpapi.MailboxResume, httpapi.ResumeMail(mailbox))
}

// member-invite answers POST /api/account/members.
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
	From string `env:"MAIL_FROM,required,notEmpty"`
	Set  string `env:"MAIL_CONFIGURATION_SET"` // of SES; "" is none
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	inviter := &auth.Inviter{
		Store: dynamo.NewInvitations(c.Store(rt)), Mail: sesmail.New(rt.AWS, c.From).Through(c.Set), AppURL: c.AppURL, Now: rt.Now,
	}
	return edge.Serve(rt, c.Settings, httpapi.MemberInvite, httpapi.InviteMember(inviter))
}

// invitation-accept answers POST /api/auth/invitations/accept.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	edge.Settings
	Signing signing.Settings
	From    string `env:"MAIL_FROM,required,notEmpty"` // to who joins an account that is to be erased
	Set     string `env:"MAIL_CONFIGURATION_SET"`      // of SES; "" is none
}

func main() { boot.HTTP(build) }

func build(ctx context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	store := c.Store(rt)
	newcomers := erasure.Newcomers{
		Book: dynamo.NewErasures(store), AppURL: c.AppURL, Warn: rt.Warn,
		Mail: auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(store), Now: rt.Now},
	}
	joiner := &auth.Joiner{Store: dynamo.NewJoins(store), Tokens: tokens, Now: rt.Now, Joined: newcomers.Joined}
	return edge.Serve(rt, c.Settings, httpapi.InvitationAccept, httpapi.AcceptInvitation(joiner, c.Signing.SecureCookies))
}

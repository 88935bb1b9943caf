// invitation-accept answers POST /api/auth/invitations/accept.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Signing signing.Settings
}

func main() { boot.HTTP(build) }

func build(ctx context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	joiner := &auth.Joiner{Store: dynamo.NewJoins(c.Store(rt)), Tokens: tokens, Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.InvitationAccept, httpapi.AcceptInvitation(joiner, c.Signing.SecureCookies))
}

// mail-release has mail sent again to an address that mail came back from, or that
// complained, for an operator.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

type config struct {
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Set       string `env:"MAIL_CONFIGURATION_SET"` // of SES; "": there is none, and no list of the account's
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, auth.ReleaseOrder) (auth.ReleaseOutcome, error), error) {
	rt.Does(tenant.Feedback)
	store := dynamo.NewSuppressions(dynamo.NewClient(rt.AWS, "", c.Directory))
	release := auth.MailRelease{Store: store, List: sesmail.NewList(rt.AWS, c.Set), Now: rt.Now}
	return release.Release, nil
}

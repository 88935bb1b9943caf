// project-publish answers POST /api/v1/projects/{id}/publish.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

type config struct {
	edge.Settings
	Machine string `env:"PUBLISH_STATE_MACHINE_ARN,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	starter := publish.Starter{
		Store: dynamo.NewPublications(c.Store(rt)), Machine: stepfn.New(rt.AWS, c.Machine), AppURL: c.AppURL, Now: rt.Now, Warn: rt.Warn,
	}
	return edge.Serve(rt, c.Settings, httpapi.ProjectPublish, httpapi.Jobs{AppURL: c.AppURL}.Publish(starter))
}

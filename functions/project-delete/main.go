// project-delete answers DELETE /api/v1/projects/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	projects := project.NewService(dynamo.NewProjects(c.Store(rt)), nil, rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.ProjectDelete, httpapi.DeleteProject(projects))
}

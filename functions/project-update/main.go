// project-update answers PATCH /api/v1/projects/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Voice voices.Settings
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	all, err := c.Voice.Voices()
	if err != nil {
		return nil, err
	}
	projects := project.NewService(dynamo.NewProjects(c.Store(rt)), all, rt.Now)
	return edge.Serve(rt, c.Settings, httpapi.ProjectUpdate, httpapi.UpdateProject(projects))
}

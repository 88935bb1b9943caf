// project-delete answers DELETE /api/v1/projects/{id}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	edge.Settings
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	store := c.Store(rt)
	album := render.NewAlbum(dynamo.NewImages(store), s3files.New(rt.AWS, c.Bucket), rt.Now)
	drafts := project.NewRemover(dynamo.NewProjects(store), album, rt.Now, rt.Warn)
	return edge.Serve(rt, c.Settings, httpapi.ProjectDelete, httpapi.DeleteProject(drafts))
}

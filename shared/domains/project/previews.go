package project

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Previews lists previews by the draft that they belong to.
type Previews struct {
	projects Store
	album    render.Album
}

// NewPreviews makes Previews.
func NewPreviews(projects Store, album render.Album) Previews {
	return Previews{projects: projects, album: album}
}

// List shows a page of previews, newest first, after the given id: all, or with a
// project's id those that were made for it or that a scene of it shows. Of an
// absent project, as of another tenant's, there is none. Errors: InvalidInput for
// what is no id.
func (p Previews) List(ctx context.Context, id tenant.ID, projectID string, limit int, after string) ([]render.ShownImage, string, error) {
	if projectID == "" {
		return p.album.List(ctx, id, nil, limit, after)
	}
	if !tenant.ValidID(projectID) {
		return nil, "", render.NoSuchProject()
	}
	draft, err := p.projects.Project(ctx, id, projectID)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return nil, "", err
	}
	shown := draft.Shown()
	return p.album.List(ctx, id, func(i render.Image) bool { return i.ProjectID == projectID || shown[i.ID] }, limit, after)
}

// Shown are the previews that the scenes show.
func (p Project) Shown() map[string]bool {
	all := map[string]bool{}
	for _, scene := range p.Scenes {
		if scene.ImageID != "" {
			all[scene.ImageID] = true
		}
	}
	return all
}

package httpapi

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
)

// The routes of the built-in devotionals.
var (
	TemplateList = endpoint[None, Page[project.Template]](Route{
		Name: "template-list", Method: "GET", Pattern: "/api/v1/templates", Tag: "Creator",
		Summary: "Devotionals to begin from",
	})
	TemplateGet = endpoint[None, project.Template](Route{
		Name: "template-get", Method: "GET", Pattern: "/api/v1/templates/{id}", Tag: "Creator",
		Summary: "One of them", ID: Any("of GET /api/v1/templates"),
	})
)

func templateRoutes() []Route { return []Route{TemplateList.Route, TemplateGet.Route} }

// ListTemplates serves TemplateList: all of them are on one page.
func ListTemplates(context.Context, *Request[None]) (Page[project.Template], error) {
	return Page[project.Template]{Items: project.Templates()}, nil
}

// GetTemplate serves TemplateGet.
func GetTemplate(_ context.Context, in *Request[None]) (project.Template, error) {
	t, ok := project.TemplateByID(in.Path("id"))
	if !ok {
		return project.Template{}, problem.New(problem.NotFound, "There is no such template.")
	}
	return t, nil
}

package httpapi

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
)

// The routes of the built-in devotionals.
var (
	TemplateList = endpoint[None, Page[project.Template]](Route{
		Name: "template-list", Method: "GET", Pattern: "/api/v1/templates", Tag: "Creator",
		Summary:  "Devotionals to begin from",
		Query:    []Param{{Name: "language", Description: "only those in this language, by its short name, like pt; all when absent", Rule: matching(language.Pattern)}},
		Problems: []problem.Code{problem.InvalidInput},
	})
	TemplateGet = endpoint[None, project.Template](Route{
		Name: "template-get", Method: "GET", Pattern: "/api/v1/templates/{id}", Tag: "Creator",
		Summary: "One of them", ID: Any("of GET /api/v1/templates"),
	})
)

func templateRoutes() []Route { return []Route{TemplateList.Route, TemplateGet.Route} }

// ListTemplates serves TemplateList: all of them are on one page.
func ListTemplates(_ context.Context, in *Request[None]) (Page[project.Template], error) {
	l := language.Language(in.Query("language"))
	if wrong := project.CheckLanguage(l); wrong != "" {
		return Page[project.Template]{}, problem.Invalid(problem.Field{Field: "language", Message: wrong})
	}
	return Page[project.Template]{Items: project.TemplatesIn(l)}, nil
}

// GetTemplate serves TemplateGet.
func GetTemplate(_ context.Context, in *Request[None]) (project.Template, error) {
	t, ok := project.TemplateByID(in.Path("id"))
	if !ok {
		return project.Template{}, problem.New(problem.NotFound, "There is no such template.")
	}
	return t, nil
}

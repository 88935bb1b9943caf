package httpapi

import (
	"net/http"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
)

type templatePage struct {
	Items      []project.Template `json:"items"`
	NextCursor *string            `json:"next_cursor"` // null: all of them are on one page
}

// The routes of the built-in devotionals.
var (
	TemplateList = Route{
		Name: "template-list", Method: "GET", Pattern: "/api/v1/templates", Tag: "Creator",
		Summary: "Devotionals to begin from", Status: http.StatusOK, Answer: templatePage{},
	}
	TemplateGet = Route{
		Name: "template-get", Method: "GET", Pattern: "/api/v1/templates/{id}", Tag: "Creator",
		Summary: "One of them", Status: http.StatusOK, Answer: project.Template{},
	}
)

// ListTemplates serves TemplateList.
func ListTemplates(w http.ResponseWriter, _ *http.Request, _ auth.Caller) error {
	return answer(w, http.StatusOK, templatePage{Items: project.Templates()})
}

// GetTemplate serves TemplateGet.
func GetTemplate(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
	t, ok := project.TemplateByID(r.PathValue("id"))
	if !ok {
		return problem.New(problem.NotFound, "There is no such template.")
	}
	return answer(w, http.StatusOK, t)
}

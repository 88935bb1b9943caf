package trial

import (
	"strings"
	"testing"
)

// outline is GET /api/v1/projects/{id}/outline as a person would add it: the
// edited and the new files.
func outline(t *testing.T, c tree) map[string]string {
	t.Helper()
	const rows = "shared/httpapi/project.go"
	had := c.read(t, rows)
	const last = "ProjectSplit.Route"
	edited := strings.Replace(had, last+"}", last+", ProjectOutline.Route}", 1) + outlineRow
	if edited == had+outlineRow {
		t.Fatalf("%s lists no %s at the end of projectRoutes", rows, last)
	}
	return map[string]string{
		rows:                                   edited,
		"functions/project-outline/main.go":    strings.NewReplacer("project-get", "project-outline", "{id}", "{id}/outline", "httpapi.ProjectGet", "httpapi.ProjectOutline", "httpapi.GetProject", "httpapi.OutlineProject").Replace(c.read(t, "functions/project-get/main.go")),
		"events/project-outline/own.json":      strings.NewReplacer("{id}", "{id}/outline", "{{project}}\",\n  \"rawQ", "{{project}}/outline\",\n  \"rawQ", "projects/{{project}}\",\n      \"pro", "projects/{{project}}/outline\",\n      \"pro").Replace(c.read(t, "events/project-get/own.json")),
		"events/project-outline/own.want.json": outlineWanted,
	}
}

const outlineRow = `
type outlineAnswer struct {
	Title  string ` + "`json:\"title\"`" + `
	Scenes int    ` + "`json:\"scenes\"`" + ` // how many
}

// ProjectOutline says what a project is about, without its texts.
var ProjectOutline = endpoint[None, outlineAnswer](Route{
	Name: "project-outline", Method: "GET", Pattern: "/api/v1/projects/{id}/outline", Credentials: Session, Tag: "Creator",
	Summary: "A project's title and the number of its scenes",
})

// OutlineProject serves ProjectOutline.
func OutlineProject(s project.Service) Handler[None, outlineAnswer] {
	return func(ctx context.Context, in *Request[None]) (outlineAnswer, error) {
		p, err := s.Get(ctx, in.Caller.Tenant, in.Path("id"))
		return outlineAnswer{Title: p.Title, Scenes: len(p.Scenes)}, err
	}
}
`

const outlineWanted = `{
  "status": 200,
  "budget": {"units": 1, "calls": ["DynamoDB.BatchGetItem"]},
  "body": {
    "title": "Psalm 23",
    "scenes": 2
  }
}
`

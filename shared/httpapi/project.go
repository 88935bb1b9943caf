package httpapi

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
)

type sceneAnswer struct {
	Text        string `json:"text"`
	ImagePrompt string `json:"image_prompt"` // "" paints from the text
	ImageID     string `json:"image_id"`     // "" makes a new picture
	UploadID    string `json:"upload_id"`    // the person's own picture instead; "" is none
}

type projectAnswer struct {
	ID         string            `json:"id"`
	ProjectID  string            `json:"project_id"`
	Title      string            `json:"title"`
	TemplateID *string           `json:"template_id"` // null: begun from nothing
	Scenes     []sceneAnswer     `json:"scenes"`
	Voice      string            `json:"voice"`
	Language   language.Language `json:"language"`       // as chosen; "": the text says it
	Found      language.Language `json:"language_found"` // what the text is surely in, by its words and letters; "": not sure
	Resolution render.Resolution `json:"resolution"`
	Aspect     render.Aspect     `json:"aspect"`
	Captions   bool              `json:"captions"`
	Music      *string           `json:"music_upload_id"` // null: none
	Version    int64             `json:"version"`         // the ETag, quoted, is the same
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

// The routes of projects.
var (
	ProjectCreate = endpoint[project.Draft, projectAnswer](Route{
		Name: "project-create", Method: "POST", Pattern: "/api/v1/projects", Credentials: Session | Key, Tag: "Creator",
		Summary: "Write a devotional, or begin from a template",
		Description: "A title of 1 to 120 characters; at most 20 scenes of at most 1,000 characters each; plain text in any script. " +
			"Without scenes, those of template_id are copied. voice default or an id of GET /api/v1/voices; resolution 720p, 1080p (default) or 4k; " +
			"aspect 16:9 (default), 9:16 or 1:1; captions true by default. A scene shows the preview image_id, or the uploaded picture upload_id, or a new picture; " +
			"language is the short name of the one that the text is in (en, pt, ko); without it, or empty, it is found from the text. " +
			"music_upload_id is an uploaded sound, heard below the narration; null is none.",
		Idempotent: true, Status: http.StatusCreated, Rules: draftRules(),
		BodyRule: Rule{"anyOf": []Rule{
			{"required": []string{"title"}, "properties": Rules{"title": {"type": "string"}}},
			{"required": []string{"template_id"}, "properties": Rules{"template_id": given()}},
		}},
	})
	ProjectList = endpoint[None, Page[projectAnswer]](Route{
		Name: "project-list", Method: "GET", Pattern: "/api/v1/projects", Credentials: Session | Key, Paged: true, Tag: "Creator",
		Summary: "Your projects, newest first",
	})
	ProjectGet = endpoint[None, projectAnswer](Route{
		Name: "project-get", Method: "GET", Pattern: "/api/v1/projects/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "One project, with its ETag",
	})
	ProjectUpdate = endpoint[project.Draft, projectAnswer](Route{
		Name: "project-update", Method: "PATCH", Pattern: "/api/v1/projects/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "Change what is sent, keep the rest", Description: "scenes replaces all scenes. template_id can be given on creation only. Renders that have begun keep their copy.",
		Headers:  []Param{{Name: "If-Match", Description: "the ETag of the version that you changed", Required: true, Rule: matching(versionPattern)}},
		Rules:    draftRules(),
		BodyRule: Rule{"properties": Rules{"template_id": {"type": "null"}}},
		Problems: []problem.Code{problem.PreconditionFailed, problem.PreconditionMissing},
	})
	ProjectDelete = endpoint[None, None](Route{
		Name: "project-delete", Method: "DELETE", Pattern: "/api/v1/projects/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "Delete a project", Description: "Its pictures go with it, but for those that another project or an unfinished render shows. Its jobs and videos stay.",
		Problems: []problem.Code{problem.Unavailable},
	})
)

func projectRoutes() []Route {
	return []Route{ProjectCreate.Route, ProjectList.Route, ProjectGet.Route, ProjectUpdate.Route, ProjectDelete.Route, ProjectSplit.Route}
}

// draftRules are of what creates and changes a project.
func draftRules() Rules {
	templates := "^("
	for _, t := range project.Templates() {
		templates += regexp.QuoteMeta(t.ID) + "|"
	}
	return Rules{
		"title":       plain(project.TitleRule()),
		"template_id": matching(templates + ")$"),
		"scenes":      {"maxItems": render.MaxScenes},

		"scenes[]": {
			"required": []string{}, // a scene may be empty
			"not":      Rule{"required": []string{"image_id", "upload_id"}, "properties": Rules{"image_id": given(), "upload_id": given()}},
		},
		"scenes[].text":         plain(project.TextRule()),
		"scenes[].image_prompt": plain(project.PromptRule()),
		"scenes[].image_id":     anIDOrNone(),
		"scenes[].upload_id":    anIDOrNone(),

		"voice":           Any("default, or an id of GET /api/v1/voices"),
		"language":        matching(language.Pattern),
		"music_upload_id": anIDOrNone(),
	}
}

func showProject(p project.Project) projectAnswer {
	a := projectAnswer{
		ID: p.ID, ProjectID: p.ID, Title: p.Title, Scenes: []sceneAnswer{}, Voice: p.Voice, Language: p.Language, Found: p.Found, Resolution: p.Resolution, Aspect: p.Aspect,
		Captions: p.Captions, Version: p.Version, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
	if p.TemplateID != "" {
		a.TemplateID = &p.TemplateID
	}
	if p.Music != "" {
		a.Music = &p.Music
	}
	for _, s := range p.Scenes {
		a.Scenes = append(a.Scenes, sceneAnswer(s))
	}
	return a
}

// versioned shows a project and sets its ETag.
func versioned(c *Call, p project.Project, err error) (projectAnswer, error) {
	if err != nil {
		return projectAnswer{}, err
	}
	c.SetVersion(p.Version)
	return showProject(p), nil
}

// CreateProject serves ProjectCreate.
func CreateProject(s project.Service) Handler[project.Draft, projectAnswer] {
	created := func(c *Call, p project.Project, err error) (projectAnswer, error) {
		if err == nil {
			c.SetHeader("Location", "/api/v1/projects/"+p.ID)
		}
		return versioned(c, p, err)
	}
	return repeatable(func(ctx context.Context, in *Request[project.Draft], claim idempotency.Claim) (projectAnswer, error) {
		p, err := s.Create(ctx, in.Caller.Tenant, in.Body, claim)
		return created(&in.Call, p, err)
	}, func(ctx context.Context, in *Request[project.Draft], id string) (projectAnswer, error) {
		p, err := s.Get(ctx, in.Caller.Tenant, id)
		return created(&in.Call, p, err)
	})
}

// ListProjects serves ProjectList.
func ListProjects(s project.Service) Handler[None, Page[projectAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]project.Project, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, showProject)
}

// GetProject serves ProjectGet.
func GetProject(s project.Service) Handler[None, projectAnswer] {
	return func(ctx context.Context, in *Request[None]) (projectAnswer, error) {
		p, err := s.Get(ctx, in.Caller.Tenant, in.Path("id"))
		return versioned(&in.Call, p, err)
	}
}

// UpdateProject serves ProjectUpdate.
func UpdateProject(s project.Service) Handler[project.Draft, projectAnswer] {
	return func(ctx context.Context, in *Request[project.Draft]) (projectAnswer, error) {
		p, err := s.Update(ctx, in.Caller.Tenant, in.Path("id"), in.IfMatch(), in.Body)
		return versioned(&in.Call, p, err)
	}
}

// DeleteProject serves ProjectDelete.
func DeleteProject(s project.Remover) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.Delete(ctx, in.Caller.Tenant, in.Path("id"))
	}
}

package httpapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
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
	Resolution render.Resolution `json:"resolution"`
	Aspect     render.Aspect     `json:"aspect"`
	Captions   bool              `json:"captions"`
	Music      *string           `json:"music_upload_id"` // null: none
	Version    int64             `json:"version"`         // the ETag, quoted, is the same
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

type projectPage struct {
	Items      []projectAnswer `json:"items"`
	NextCursor *string         `json:"next_cursor"` // null: this is the last page
}

// The routes of projects.
var (
	ProjectCreate = Route{
		Name: "project-create", Method: "POST", Pattern: "/api/v1/projects", Credentials: Session, Tag: "Creator",
		Summary: "Write a devotional, or begin from a template",
		Description: "A title of 1 to 120 characters; at most 20 scenes of at most 1,000 characters each; plain text in any script. " +
			"Without scenes, those of template_id are copied. voice default or an id of GET /api/v1/voices; resolution 720p, 1080p (default) or 4k; " +
			"aspect 16:9 (default), 9:16 or 1:1; captions true by default. A scene shows the preview image_id, or the uploaded picture upload_id, or a new picture; " +
			"music_upload_id is an uploaded sound, heard below the narration; null is none.",
		Idempotent: true, Body: project.Draft{}, Status: http.StatusCreated, Answer: projectAnswer{},
	}
	ProjectList = Route{
		Name: "project-list", Method: "GET", Pattern: "/api/v1/projects", Credentials: Session, Tag: "Creator",
		Summary: "Your projects, newest first", Query: pageParams(), Status: http.StatusOK, Answer: projectPage{},
		Problems: []problem.Code{problem.InvalidInput, problem.InvalidCursor},
	}
	ProjectGet = Route{
		Name: "project-get", Method: "GET", Pattern: "/api/v1/projects/{id}", Credentials: Session, Tag: "Creator",
		Summary: "One project, with its ETag", Status: http.StatusOK, Answer: projectAnswer{},
	}
	ProjectUpdate = Route{
		Name: "project-update", Method: "PATCH", Pattern: "/api/v1/projects/{id}", Credentials: Session, Tag: "Creator",
		Summary: "Change what is sent, keep the rest", Description: "scenes replaces all scenes. Renders that have begun keep their copy.",
		Headers: []Param{{Name: "If-Match", Description: "the ETag of the version that you changed", Required: true}},
		Body:    project.Draft{}, Status: http.StatusOK, Answer: projectAnswer{},
		Problems: []problem.Code{problem.PreconditionFailed, problem.PreconditionMissing},
	}
	ProjectDelete = Route{
		Name: "project-delete", Method: "DELETE", Pattern: "/api/v1/projects/{id}", Credentials: Session, Tag: "Creator",
		Summary: "Delete a project", Description: "Its jobs and videos stay.", Status: http.StatusNoContent,
	}
)

func projectRoutes() []Route {
	return []Route{ProjectCreate, ProjectList, ProjectGet, ProjectUpdate, ProjectDelete}
}

func showProject(p project.Project) projectAnswer {
	a := projectAnswer{
		ID: p.ID, ProjectID: p.ID, Title: p.Title, Scenes: []sceneAnswer{}, Voice: p.Voice, Resolution: p.Resolution, Aspect: p.Aspect,
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

func answerProject(w http.ResponseWriter, status int, p project.Project) error {
	w.Header().Set("ETag", strconv.Quote(strconv.FormatInt(p.Version, 10)))
	return answer(w, status, showProject(p))
}

// CreateProject serves ProjectCreate.
func CreateProject(s project.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		draft, err := decode[project.Draft](r)
		if err != nil {
			return err
		}
		p, err := s.Create(r.Context(), caller.Tenant, draft, claim)
		if id, ok := replayed(w, err); ok {
			p, err = s.Get(r.Context(), caller.Tenant, id)
		}
		if err != nil {
			return err
		}
		w.Header().Set("Location", "/api/v1/projects/"+p.ID)
		return answerProject(w, http.StatusCreated, p)
	}
}

// ListProjects serves ProjectList.
func ListProjects(s project.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		limit, after, err := pageOf(r, caller, "projects")
		if err != nil {
			return err
		}
		projects, next, err := s.List(r.Context(), caller.Tenant, limit, after)
		if err != nil {
			return err
		}
		page := projectPage{Items: []projectAnswer{}, NextCursor: cursorAfter(caller, "projects", next)}
		for _, p := range projects {
			page.Items = append(page.Items, showProject(p))
		}
		return answer(w, http.StatusOK, page)
	}
}

// GetProject serves ProjectGet.
func GetProject(s project.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		p, err := s.Get(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answerProject(w, http.StatusOK, p)
	}
}

// UpdateProject serves ProjectUpdate.
func UpdateProject(s project.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		draft, err := decode[project.Draft](r)
		if err != nil {
			return err
		}
		p, err := s.Update(r.Context(), caller.Tenant, r.PathValue("id"), ifMatch(r), draft)
		if err != nil {
			return err
		}
		return answerProject(w, http.StatusOK, p)
	}
}

// DeleteProject serves ProjectDelete.
func DeleteProject(s project.Service) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := s.Delete(r.Context(), caller.Tenant, r.PathValue("id")); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

// ifMatch reads the version that a change is made to, quoted or bare. What is
// no version matches none.
func ifMatch(r *http.Request) int64 {
	sent := strings.TrimSpace(r.Header.Get("If-Match"))
	if sent == "" {
		return project.NoVersion
	}
	version, err := strconv.ParseInt(strings.Trim(sent, `"`), 10, 64)
	if err != nil || version < 1 {
		return -1
	}
	return version
}

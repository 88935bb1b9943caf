package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
)

type imageBody struct {
	Prompt string        `json:"prompt"`           // up to 500 characters
	Aspect render.Aspect `json:"aspect,omitempty"` // 16:9 when absent; not checked yet
}

type imageAnswer struct {
	ID        string        `json:"id"`
	ImageID   string        `json:"image_id"`
	URL       string        `json:"url"` // ends in 15 minutes
	Aspect    render.Aspect `json:"aspect"`
	CreatedAt time.Time     `json:"created_at"`
}

// ImageCreate makes a preview. It answers within the 30 seconds that an HTTP API
// waits: a picture may take IMAGE_TIMEOUT, the rest is for quota and storage.
var ImageCreate = Route{
	Name: "image-create", Method: "POST", Pattern: "/api/v1/images", Credentials: Session, Memory: 1024, Timeout: 28, Tag: "Creator",
	Summary:     "Make one picture",
	Description: "Takes one image of the quota. A scene that names its image_id uses it without paying again. A picture that fails or takes more than 20 seconds costs nothing.",
	Idempotent:  true, Body: imageBody{}, Status: http.StatusOK, Answer: imageAnswer{},
	Problems: []problem.Code{problem.QuotaExceeded, problem.ImageTimeout, problem.ImageFailed, problem.Unavailable},
}

// ImageGet shows a preview again.
var ImageGet = Route{
	Name: "image-get", Method: "GET", Pattern: "/api/v1/images/{id}", Credentials: Session, Tag: "Creator",
	Summary: "One picture, with a new link", Description: "A picture that failed or is still being made is not there.",
	Status: http.StatusOK, Answer: imageAnswer{},
}

// ImageDelete deletes a preview.
var ImageDelete = Route{
	Name: "image-delete", Method: "DELETE", Pattern: "/api/v1/images/{id}", Credentials: Session, Tag: "Creator",
	Summary: "Delete a picture", Description: "Its storage is free again; the image of the quota is not. A project that names it cannot be rendered until its scene has another picture.",
	Status: http.StatusNoContent, Problems: []problem.Code{problem.Conflict, problem.Unavailable},
}

// DeleteImage serves ImageDelete.
func DeleteImage(s render.Album) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := s.Delete(r.Context(), caller.Tenant, r.PathValue("id")); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

func showImage(i render.Image, url string) imageAnswer {
	return imageAnswer{ID: i.ID, ImageID: i.ID, URL: url, Aspect: i.Aspect, CreatedAt: i.CreatedAt}
}

// GetImage serves ImageGet.
func GetImage(s render.Album) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		image, url, err := s.Get(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, showImage(image, url))
	}
}

// CreateImage serves ImageCreate.
func CreateImage(s render.Previewer) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		body, err := decode[imageBody](r)
		if err != nil {
			return err
		}
		prompt, err := project.CheckPrompt("prompt", body.Prompt)
		aspect, aspectErr := project.CheckAspect("aspect", body.Aspect)
		if err := bothFields(err, aspectErr); err != nil {
			return err
		}
		image, url, standing, err := s.Preview(r.Context(), caller.Tenant, prompt, aspect, claim)
		quotaHeaders(w.Header(), standing, s.Now())
		if id, ok := replayed(w, err); ok {
			image, url, err = s.Again(r.Context(), caller.Tenant, id)
		}
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, showImage(image, url))
	}
}

// bothFields names the fields of two checks in one answer.
func bothFields(a, b error) error {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return problem.Invalid(append(problem.From(a).Fields, problem.From(b).Fields...)...)
}

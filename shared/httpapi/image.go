package httpapi

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
)

type imageBody struct {
	Prompt    string        `json:"prompt"`               // up to 500 characters
	Aspect    render.Aspect `json:"aspect,omitempty"`     // 16:9 when absent; not checked yet
	ProjectID string        `json:"project_id,omitempty"` // the project that it is made for
}

type imageAnswer struct {
	ID        string        `json:"id"`
	ImageID   string        `json:"image_id"`
	URL       string        `json:"url"` // ends in 15 minutes
	Aspect    render.Aspect `json:"aspect"`
	ProjectID *string       `json:"project_id"` // null: made for none
	Size      int64         `json:"size"`       // bytes that count as storage
	CreatedAt time.Time     `json:"created_at"`
}

// The routes of previews.
var (
	// ImageCreate answers within the 30 seconds that the API waits: a picture may
	// take IMAGE_TIMEOUT of them, the rest is for quota and storage.
	ImageCreate = endpoint[imageBody, imageAnswer](Route{
		Name: "image-create", Method: "POST", Pattern: "/api/v1/images", Credentials: Session | Key, Memory: 1024, Timeout: 28, Tag: "Creator",
		Summary: "Make one picture",
		Description: "Takes one image of the quota. A scene that names its image_id uses it without paying again. A picture that fails or takes more than 20 seconds costs nothing. " +
			"With a project_id it is listed with that project, and deleted with it.",
		Rules:      Rules{"prompt": plain(project.PreviewRule()), "project_id": anIDOrNone()},
		Idempotent: true,
		Problems:   []problem.Code{problem.QuotaExceeded, problem.ImageTimeout, problem.ImageFailed, problem.PromptRefused, problem.ServiceBusy, problem.Unavailable},
	})
	ImageList = endpoint[None, Page[imageAnswer]](Route{
		Name: "image-list", Method: "GET", Pattern: "/api/v1/images", Credentials: Session | Key, Paged: true, Tag: "Creator",
		Summary: "Your pictures, newest first", Description: "Those that are made. A page may be short, or empty, before the last one.",
		Query: []Param{{Name: "project_id", Description: "only those that were made for this project, or that a scene of it shows; all when absent", Rule: anIDOrNone()}},
	})
	ImageGet = endpoint[None, imageAnswer](Route{
		Name: "image-get", Method: "GET", Pattern: "/api/v1/images/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "One picture, with a new link", Description: "A picture that failed or is still being made is not there.",
	})
	ImageDelete = endpoint[None, None](Route{
		Name: "image-delete", Method: "DELETE", Pattern: "/api/v1/images/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "Delete a picture", Description: "Its storage is free again; the image of the quota is not. A project that names it cannot be rendered until its scene has another picture.",
		Problems: []problem.Code{problem.Conflict, problem.Unavailable},
	})
)

func imageRoutes() []Route {
	return []Route{ImageCreate.Route, ImageList.Route, ImageGet.Route, ImageDelete.Route}
}

func shownImage(i render.Image, url string, err error) (imageAnswer, error) {
	if err != nil {
		return imageAnswer{}, err
	}
	return showImage(render.ShownImage{Image: i, URL: url}), nil
}

func showImage(s render.ShownImage) imageAnswer {
	i := s.Image
	a := imageAnswer{ID: i.ID, ImageID: i.ID, URL: s.URL, Aspect: i.Aspect, Size: i.Stored, CreatedAt: i.CreatedAt}
	if i.ProjectID != "" {
		a.ProjectID = &i.ProjectID
	}
	return a
}

// CreateImage serves ImageCreate.
func CreateImage(s render.Previewer) Handler[imageBody, imageAnswer] {
	return repeatable(func(ctx context.Context, in *Request[imageBody], claim idempotency.Claim) (imageAnswer, error) {
		prompt, err := project.CheckPrompt("prompt", in.Body.Prompt)
		aspect, aspectErr := project.CheckAspect("aspect", in.Body.Aspect)
		if err := bothFields(err, aspectErr); err != nil {
			return imageAnswer{}, err
		}
		image, url, standing, err := s.For(in.Body.ProjectID).Preview(ctx, in.Caller.Tenant, prompt, aspect, claim)
		in.quotaHeaders(standing, s.Now())
		return shownImage(image, url, err)
	}, func(ctx context.Context, in *Request[imageBody], id string) (imageAnswer, error) {
		return shownImage(s.Again(ctx, in.Caller.Tenant, id))
	})
}

// ListImages serves ImageList.
func ListImages(s project.Previews) Handler[None, Page[imageAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]render.ShownImage, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Query("project_id"), in.Limit, in.After)
	}, showImage)
}

// GetImage serves ImageGet.
func GetImage(s render.Album) Handler[None, imageAnswer] {
	return func(ctx context.Context, in *Request[None]) (imageAnswer, error) {
		return shownImage(s.Get(ctx, in.Caller.Tenant, in.Path("id")))
	}
}

// DeleteImage serves ImageDelete.
func DeleteImage(s render.Album) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.Delete(ctx, in.Caller.Tenant, in.Path("id"))
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

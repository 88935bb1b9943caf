package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
)

type uploadForm struct {
	URL       string            `json:"url"`    // post multipart/form-data to it
	Fields    map[string]string `json:"fields"` // all of them, as they are, then the file as "file"
	ExpiresAt time.Time         `json:"expires_at"`
}

type uploadAnswer struct {
	ID          string        `json:"id"`
	UploadID    string        `json:"upload_id"`
	Status      upload.Status `json:"status"`
	Kind        upload.Kind   `json:"kind"`
	Filename    string        `json:"filename"`
	ContentType string        `json:"content_type"` // what it really is once ready
	Size        int64         `json:"size"`         // bytes; likewise
	URL         *string       `json:"url"`          // null unless ready; ends in 15 minutes
	Width       *int          `json:"width"`        // of a ready picture, else null
	Height      *int          `json:"height"`
	CreatedAt   time.Time     `json:"created_at"`
	Error       *jobProblem   `json:"error"`  // of a rejected one
	Upload      *uploadForm   `json:"upload"` // what to post the file with; null but in the answer to POST
}

// The routes of uploads.
var (
	UploadCreate = endpoint[upload.Announcement, uploadAnswer](Route{
		Name: "upload-create", Method: "POST", Pattern: "/api/v1/uploads", Credentials: Session | Key, Tag: "Creator",
		Summary: "Announce a file, and get the form that it is posted with",
		Description: "A picture (JPEG, PNG, WebP, GIF, AVIF, HEIC; up to 20 MB; not one that moves) or sound (MP3, WAV, M4A; up to 100 MB). Takes one upload and the announced size of the quota. " +
			"Post exactly the form's fields and the file within 15 minutes, then complete the upload. A file that never arrives costs nothing.",
		Idempotent: true, Status: http.StatusCreated, Rules: announcementRules(),
		Problems: []problem.Code{problem.QuotaExceeded, problem.Unavailable},
	})
	// UploadComplete holds a few megabytes of the file at a time: hence Memory. It
	// waits a little for the check's end: hence Timeout.
	UploadComplete = endpoint[None, uploadAnswer](Route{
		Name: "upload-complete", Method: "POST", Pattern: "/api/v1/uploads/{id}/complete", Credentials: Session | Key, Memory: 512, Timeout: 28, Tag: "Creator",
		Summary: "Say that the file has arrived",
		Description: "Has the whole file decoded as a render will. When that takes a while the answer is 202 and the status checking: ask for the upload until it is ready or rejected. " +
			"A picture is kept upright, in the format that it came in or, where a video or a browser could not use that, as JPEG or PNG. " +
			"From then on its real size is counted. A file that is not what it must be is removed and costs nothing. Completing twice is fine.",
		Idempotent: true, Status: http.StatusOK, Later: http.StatusAccepted,
		Problems: []problem.Code{problem.UploadMissing, problem.UploadRejected, problem.Unavailable},
	})
	UploadList = endpoint[None, Page[uploadAnswer]](Route{
		Name: "upload-list", Method: "GET", Pattern: "/api/v1/uploads", Credentials: Session | Key, Paged: true, Tag: "Creator",
		Summary: "Your uploads, newest first", Description: "A page may hold fewer than limit and still have a next one.",
		Query: []Param{{Name: "kind", Description: "image or audio only; both when absent", Values: []string{string(upload.Image), string(upload.Audio)}}},
	})
	UploadGet = endpoint[None, uploadAnswer](Route{
		Name: "upload-get", Method: "GET", Pattern: "/api/v1/uploads/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "One upload, with a new link", Description: askAgain,
	})
	UploadDelete = endpoint[None, None](Route{
		Name: "upload-delete", Method: "DELETE", Pattern: "/api/v1/uploads/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "Delete an upload", Description: "Its storage is free again; of one that is ready the upload of the quota is not. A project that names it cannot be rendered until it names another.",
		Problems: []problem.Code{problem.Unavailable},
	})
)

func announcementRules() Rules {
	named := func(kinds ...upload.Kind) Rule {
		return Rule{"type": "string", "pattern": upload.ContentTypePattern(kinds...), "maxLength": upload.MaxContentType}
	}
	ofKind := func(k upload.Kind, most int64) Rule {
		return Rule{"properties": Rules{"content_type": named(k), "size": {"maximum": most}}}
	}
	return Rules{
		"":             {"anyOf": []Rule{ofKind(upload.Image, upload.MaxImage), ofKind(upload.Audio, upload.MaxAudio)}},
		"filename":     {"minLength": 1, "maxLength": upload.MaxFilename, "pattern": upload.FilenamePattern},
		"content_type": named(upload.Kinds()...),
		"size":         between(1, int64(upload.MaxAudio)),
	}
}

func uploadRoutes() []Route {
	return []Route{UploadCreate.Route, UploadComplete.Route, UploadList.Route, UploadGet.Route, UploadDelete.Route}
}

// Uploads shows uploads; AppURL is for the pages of problems.
type Uploads struct{ AppURL string }

func (h Uploads) show(s upload.Shown, form *upload.Form) uploadAnswer {
	u := s.Upload
	a := uploadAnswer{
		ID: u.ID, UploadID: u.ID, Status: u.Status, Kind: u.Kind, Filename: u.Filename, ContentType: u.ContentType, Size: u.Size, CreatedAt: u.CreatedAt,
	}
	if s.URL != "" {
		a.URL = &s.URL
	}
	if u.Width > 0 {
		a.Width, a.Height = &u.Width, &u.Height
	}
	if form != nil {
		a.Upload = &uploadForm{URL: form.URL, Fields: form.Fields, ExpiresAt: form.ExpiresAt.UTC().Truncate(time.Second)}
	}
	if f := u.Failure; f != nil {
		a.Error = &jobProblem{
			Type: h.AppURL + "/api/docs#" + string(f.Code), Title: problem.Title(f.Code), Status: problem.Status(f.Code),
			Code: f.Code, Detail: f.Detail, Instance: "urn:upload:" + u.ID,
		}
	}
	return a
}

// shown shows an upload without a form.
func (h Uploads) shown(s upload.Shown, err error) (uploadAnswer, error) {
	if err != nil {
		return uploadAnswer{}, err
	}
	return h.show(s, nil), nil
}

// Create serves UploadCreate.
func (h Uploads) Create(s upload.Opener) Handler[upload.Announcement, uploadAnswer] {
	created := func(c *Call, shown upload.Shown, form *upload.Form, err error) (uploadAnswer, error) {
		if err != nil {
			return uploadAnswer{}, err
		}
		c.SetHeader("Location", "/api/v1/uploads/"+shown.Upload.ID)
		return h.show(shown, form), nil
	}
	return repeatable(func(ctx context.Context, in *Request[upload.Announcement], claim idempotency.Claim) (uploadAnswer, error) {
		u, form, standing, err := s.Open(ctx, in.Caller.Tenant, in.Body, claim)
		in.quotaHeaders(standing, s.Now())
		return created(&in.Call, upload.Shown{Upload: u}, form, err)
	}, func(ctx context.Context, in *Request[upload.Announcement], id string) (uploadAnswer, error) {
		shown, form, err := s.Again(ctx, in.Caller.Tenant, id)
		return created(&in.Call, shown, form, err)
	})
}

// Complete serves UploadComplete.
func (h Uploads) Complete(s upload.Receiver) Handler[None, uploadAnswer] {
	completed := func(c *Call, shown upload.Shown, err error) (uploadAnswer, error) {
		if err == nil && shown.Upload.Status == upload.Checking {
			c.GoesOn()
			c.SetHeader("Location", "/api/v1/uploads/"+shown.Upload.ID)
		}
		return h.shown(shown, err)
	}
	return repeatable(func(ctx context.Context, in *Request[None], claim idempotency.Claim) (uploadAnswer, error) {
		shown, err := s.Complete(ctx, in.Caller.Tenant, in.Path("id"), claim)
		return completed(&in.Call, shown, err)
	}, func(ctx context.Context, in *Request[None], id string) (uploadAnswer, error) {
		shown, err := s.Again(ctx, in.Caller.Tenant, id)
		return completed(&in.Call, shown, err)
	})
}

// List serves UploadList.
func (h Uploads) List(s upload.Shelf) Handler[None, Page[uploadAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]upload.Shown, string, error) {
		return s.List(ctx, in.Caller.Tenant, upload.Kind(in.Query("kind")), in.Limit, in.After)
	}, func(u upload.Shown) uploadAnswer { return h.show(u, nil) })
}

// Get serves UploadGet.
func (h Uploads) Get(s upload.Shelf) Handler[None, uploadAnswer] {
	return func(ctx context.Context, in *Request[None]) (uploadAnswer, error) {
		return h.shown(s.Get(ctx, in.Caller.Tenant, in.Path("id")))
	}
}

// DeleteUpload serves UploadDelete.
func DeleteUpload(s upload.Shelf) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.Delete(ctx, in.Caller.Tenant, in.Path("id"))
	}
}

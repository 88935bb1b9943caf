package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
)

type uploadForm struct {
	URL       string            `json:"url"`    // post multipart/form-data to it
	Fields    map[string]string `json:"fields"` // all of them first, then Content-Type as announced, then the file as "file"
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

type uploadPage struct {
	Items      []uploadAnswer `json:"items"`
	NextCursor *string        `json:"next_cursor"` // null: this is the last page
}

// The routes of uploads.
var (
	UploadCreate = Route{
		Name: "upload-create", Method: "POST", Pattern: "/api/v1/uploads", Credentials: Session, Tag: "Creator",
		Summary: "Announce a file, and get the form that it is posted with",
		Description: "A picture (JPEG, PNG, WebP; up to 20 MB) or sound (MP3, WAV, M4A; up to 100 MB). Takes one upload and the announced size of the quota. " +
			"Post the file with the form within 15 minutes, then complete the upload. A file that never arrives costs nothing.",
		Idempotent: true, Body: upload.Announcement{}, Status: http.StatusCreated, Answer: uploadAnswer{},
		Problems: []problem.Code{problem.QuotaExceeded, problem.Unavailable},
	}
	// It holds a few megabytes of the file at a time, and copies up to 100 MB
	// inside the bucket.
	UploadComplete = Route{
		Name: "upload-complete", Method: "POST", Pattern: "/api/v1/uploads/{id}/complete", Credentials: Session, Memory: 512, Timeout: 28, Tag: "Creator",
		Summary: "Say that the file has arrived", Description: "Looks at the file. From then on its real size is counted. A file that is not what it must be is removed and costs nothing. Completing twice is fine.",
		Idempotent: true, Status: http.StatusOK, Answer: uploadAnswer{},
		Problems: []problem.Code{problem.UploadMissing, problem.UploadRejected, problem.Unavailable},
	}
	UploadList = Route{
		Name: "upload-list", Method: "GET", Pattern: "/api/v1/uploads", Credentials: Session, Tag: "Creator",
		Summary: "Your uploads, newest first", Description: "A page may hold fewer than limit and still have a next one.",
		Query:  append(pageParams(), Param{Name: "kind", Description: "image or audio only; both when absent"}),
		Status: http.StatusOK, Answer: uploadPage{}, Problems: []problem.Code{problem.InvalidInput, problem.InvalidCursor},
	}
	UploadGet = Route{
		Name: "upload-get", Method: "GET", Pattern: "/api/v1/uploads/{id}", Credentials: Session, Tag: "Creator",
		Summary: "One upload, with a new link", Status: http.StatusOK, Answer: uploadAnswer{},
	}
	UploadDelete = Route{
		Name: "upload-delete", Method: "DELETE", Pattern: "/api/v1/uploads/{id}", Credentials: Session, Tag: "Creator",
		Summary: "Delete an upload", Description: "Its storage is free again; of one that is ready the upload of the quota is not. A project that names it cannot be rendered until it names another.",
		Status: http.StatusNoContent, Problems: []problem.Code{problem.Unavailable},
	}
)

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

// Create serves UploadCreate.
func (h Uploads) Create(s upload.Opener) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		draft, err := decode[upload.Announcement](r)
		if err != nil {
			return err
		}
		u, form, standing, err := s.Open(r.Context(), caller.Tenant, draft, claim)
		quotaHeaders(w.Header(), standing, s.Now())
		shown := upload.Shown{Upload: u}
		if id, ok := replayed(w, err); ok {
			shown, form, err = s.Again(r.Context(), caller.Tenant, id)
		}
		if err != nil {
			return err
		}
		w.Header().Set("Location", "/api/v1/uploads/"+shown.Upload.ID)
		return answer(w, http.StatusCreated, h.show(shown, form))
	}
}

// Complete serves UploadComplete.
func (h Uploads) Complete(s upload.Inspector) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := noBody(r); err != nil {
			return err
		}
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		shown, err := s.Complete(r.Context(), caller.Tenant, r.PathValue("id"), claim)
		if id, ok := replayed(w, err); ok {
			shown, err = s.Again(r.Context(), caller.Tenant, id)
		}
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, h.show(shown, nil))
	}
}

// List serves UploadList.
func (h Uploads) List(s upload.Shelf) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		limit, after, err := pageOf(r, caller, "uploads")
		kind := upload.Kind(r.URL.Query().Get("kind"))
		if kind != "" && !slices.Contains(upload.Kinds(), kind) {
			err = bothFields(err, problem.Invalid(problem.Field{Field: "kind", Message: "must be image or audio"}))
		}
		if err != nil {
			return err
		}
		uploads, next, err := s.List(r.Context(), caller.Tenant, kind, limit, after)
		if err != nil {
			return err
		}
		page := uploadPage{Items: []uploadAnswer{}, NextCursor: cursorAfter(caller, "uploads", next)}
		for _, u := range uploads {
			page.Items = append(page.Items, h.show(u, nil))
		}
		return answer(w, http.StatusOK, page)
	}
}

// Get serves UploadGet.
func (h Uploads) Get(s upload.Shelf) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		shown, err := s.Get(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, h.show(shown, nil))
	}
}

// DeleteUpload serves UploadDelete.
func DeleteUpload(s upload.Shelf) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := s.Delete(r.Context(), caller.Tenant, r.PathValue("id")); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

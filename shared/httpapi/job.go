package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type jobProblem struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Code     problem.Code `json:"code"`
	Detail   string       `json:"detail"`
	Instance string       `json:"instance"`
}

type videoAnswer struct {
	URL                 string `json:"url"` // as the others, ends in 15 minutes
	CaptionsURL         string `json:"captions_url"`
	ThumbnailURL        string `json:"thumbnail_url"`
	DownloadURL         string `json:"download_url"` // a browser saves it under the title
	CaptionsDownloadURL string `json:"captions_download_url"`
	DurationMS          int64  `json:"duration_ms"`
	Width               int    `json:"width"`
	Height              int    `json:"height"`
	Size                int64  `json:"size"` // bytes
}

type jobAnswer struct {
	ID         string            `json:"id"`
	JobID      string            `json:"job_id"`
	ProjectID  string            `json:"project_id"`
	Title      string            `json:"title"`
	Status     render.Status     `json:"status"`
	Step       render.Step       `json:"step"`
	Progress   int               `json:"progress"` // percent
	Attempt    int               `json:"attempt"`
	Resolution render.Resolution `json:"resolution"`
	Aspect     render.Aspect     `json:"aspect"`
	Warnings   []render.Warning  `json:"warnings"`
	Error      *jobProblem       `json:"error"` // of a job that failed or was canceled
	Video      *videoAnswer      `json:"video"` // of a job that succeeded, until it is deleted
	Deleted    bool              `json:"deleted"`
	CreatedAt  time.Time         `json:"created_at"`
	StartedAt  *time.Time        `json:"started_at"`
	FinishedAt *time.Time        `json:"finished_at"`
}

type jobPage struct {
	Items      []jobAnswer `json:"items"`
	NextCursor *string     `json:"next_cursor"` // null: this is the last page
}

// renderProblems are what quoting, rendering and retrying may answer alike.
func renderProblems(more ...problem.Code) []problem.Code {
	return append(more, problem.ProjectNotReady, problem.VideoTooLong, problem.FeatureNotInPlan, problem.Unavailable)
}

// The routes of renders.
var (
	ProjectQuote = Route{
		Name: "project-quote", Method: "POST", Pattern: "/api/v1/projects/{id}/quote", Credentials: Session, Tag: "Creator",
		Summary: "What a render would take of each metric, and whether it fits", Status: http.StatusOK, Answer: render.Quote{},
		Problems: renderProblems(),
	}
	ProjectRender = Route{
		Name: "project-render", Method: "POST", Pattern: "/api/v1/projects/{id}/render", Credentials: Session, Act: tenant.Render, Tag: "Creator",
		Summary: "Make the video", Description: "Reserves the estimate; what the video really took is settled when it ends.",
		Idempotent: true, Status: http.StatusAccepted, Answer: jobAnswer{},
		Problems: renderProblems(problem.QuotaExceeded, problem.TooManyJobs, problem.TooBusy),
	}
	JobList = Route{
		Name: "job-list", Method: "GET", Pattern: "/api/v1/jobs", Credentials: Session, Tag: "Creator",
		Summary: "Your renders, newest first", Query: pageParams(), Status: http.StatusOK, Answer: jobPage{},
		Problems: []problem.Code{problem.InvalidInput, problem.InvalidCursor},
	}
	JobGet = Route{
		Name: "job-get", Method: "GET", Pattern: "/api/v1/jobs/{id}", Credentials: Session, Tag: "Creator",
		Summary: "One render: status, progress, and in the end the video or the reason", Status: http.StatusOK, Answer: jobAnswer{},
	}
	// It ends and settles the job at once; steps at work notice within seconds.
	JobCancel = Route{
		Name: "job-cancel", Method: "DELETE", Pattern: "/api/v1/jobs/{id}", Credentials: Session, Act: tenant.Render, Tag: "Creator",
		Summary: "Cancel a render", Description: "What is made and kept for a retry is paid, the rest is free again. Canceling twice is fine.",
		Status: http.StatusOK, Answer: jobAnswer{}, Problems: []problem.Code{problem.JobNotCancelable, problem.Unavailable},
	}
	JobRetry = Route{
		Name: "job-retry", Method: "POST", Pattern: "/api/v1/jobs/{id}/retry", Credentials: Session, Act: tenant.Render, Tag: "Creator",
		Summary: "Resume a failed or canceled render", Description: "Makes and pays only what is missing.",
		Idempotent: true, Status: http.StatusAccepted, Answer: jobAnswer{},
		Problems: renderProblems(problem.JobNotRetryable, problem.Conflict, problem.QuotaExceeded, problem.TooManyJobs, problem.TooBusy),
	}
	JobVideoDelete = Route{
		Name: "job-video-delete", Method: "DELETE", Pattern: "/api/v1/jobs/{id}/video", Credentials: Session, Tag: "Creator",
		Summary: "Delete a video and keep the job", Description: "Of a job that failed or was canceled: what a retry would have gone on with.",
		Status: http.StatusNoContent, Problems: []problem.Code{problem.JobStillRunning},
	}
)

// Jobs shows jobs; AppURL is for the pages of problems.
type Jobs struct{ AppURL string }

func (h Jobs) show(s render.Shown) jobAnswer {
	j := s.Job
	step, percent := j.Progress()
	a := jobAnswer{
		ID: j.ID, JobID: j.ID, ProjectID: j.ProjectID, Title: j.Title, Status: j.Status, Step: step, Progress: percent, Attempt: j.Attempt,
		Resolution: j.Resolution, Aspect: j.Aspect, Warnings: []render.Warning{}, Deleted: j.Deleted,
		CreatedAt: j.CreatedAt, StartedAt: when(j.StartedAt), FinishedAt: when(j.FinishedAt),
	}
	a.Warnings = append(a.Warnings, j.Warnings...)
	if f := j.Failure; f != nil && (j.Status == render.Failed || j.Status == render.Canceled) {
		a.Error = &jobProblem{
			Type: h.AppURL + "/api/docs#" + string(f.Code), Title: problem.Title(f.Code), Status: problem.Status(f.Code),
			Code: f.Code, Detail: f.Detail, Instance: "urn:job:" + j.ID,
		}
	}
	if s.Links != nil {
		a.Video = &videoAnswer{
			URL: s.Links.Video, CaptionsURL: s.Links.Captions, ThumbnailURL: s.Links.Thumbnail,
			DownloadURL: s.Links.SaveVideo, CaptionsDownloadURL: s.Links.SaveCaptions,
			DurationMS: j.Video.DurationMS, Width: j.Video.Width, Height: j.Video.Height, Size: j.Video.Size,
		}
	}
	return a
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// QuoteProject serves ProjectQuote.
func QuoteProject(s render.Pricer) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := noBody(r); err != nil {
			return err
		}
		quote, err := s.Quote(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, quote)
	}
}

// Render serves ProjectRender.
func (h Jobs) Render(s render.Admitter) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := noBody(r); err != nil {
			return err
		}
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		job, standing, err := s.Render(r.Context(), caller.Tenant, r.PathValue("id"), claim)
		quotaHeaders(w.Header(), standing, s.Now())
		return h.accepted(w, r, s, caller, job, err)
	}
}

// Retry serves JobRetry.
func (h Jobs) Retry(s render.Admitter) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := noBody(r); err != nil {
			return err
		}
		claim, err := claimOf(r, caller)
		if err != nil {
			return err
		}
		job, standing, err := s.Retry(r.Context(), caller.Tenant, r.PathValue("id"), claim)
		quotaHeaders(w.Header(), standing, s.Now())
		return h.accepted(w, r, s, caller, job, err)
	}
}

// accepted answers with the job that was admitted, now or by an earlier request
// with the same key.
func (h Jobs) accepted(w http.ResponseWriter, r *http.Request, s render.Admitter, caller auth.Caller, job render.Job, err error) error {
	if id, ok := replayed(w, err); ok {
		job, err = s.Admitted(r.Context(), caller.Tenant, id)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/jobs/"+job.ID)
	return answer(w, http.StatusAccepted, h.show(render.Shown{Job: job}))
}

// List serves JobList.
func (h Jobs) List(s render.Library) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		limit, after, err := pageOf(r, caller, "jobs")
		if err != nil {
			return err
		}
		jobs, next, err := s.List(r.Context(), caller.Tenant, limit, after)
		if err != nil {
			return err
		}
		page := jobPage{Items: []jobAnswer{}, NextCursor: cursorAfter(caller, "jobs", next)}
		for _, j := range jobs {
			page.Items = append(page.Items, h.show(j))
		}
		return answer(w, http.StatusOK, page)
	}
}

// Get serves JobGet.
func (h Jobs) Get(s render.Library) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		job, err := s.Get(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, h.show(job))
	}
}

// Cancel serves JobCancel.
func (h Jobs) Cancel(s render.Settler) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		job, err := s.Cancel(r.Context(), caller.Tenant, r.PathValue("id"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, h.show(render.Shown{Job: job}))
	}
}

// DeleteVideo serves JobVideoDelete.
func DeleteVideo(s render.Library) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		if err := s.DeleteVideo(r.Context(), caller.Tenant, r.PathValue("id")); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

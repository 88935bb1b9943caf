package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
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
	Kind       jobKind           `json:"kind"`
	ProjectID  string            `json:"project_id"`
	Title      string            `json:"title"`
	Status     render.Status     `json:"status"`
	Step       render.Step       `json:"step"`
	Progress   int               `json:"progress"` // percent
	Attempt    int               `json:"attempt"`
	Resolution render.Resolution `json:"resolution"`
	Aspect     render.Aspect     `json:"aspect"`
	Warnings   []render.Warning  `json:"warnings"`
	Error      *jobProblem       `json:"error"`     // of a job that failed or was canceled
	Video      *videoAnswer      `json:"video"`     // of a job that succeeded, until it is deleted
	Published  *publishedAnswer  `json:"published"` // of a job of the kind publish
	Deleted    bool              `json:"deleted"`
	CreatedAt  time.Time         `json:"created_at"`
	StartedAt  *time.Time        `json:"started_at"`
	FinishedAt *time.Time        `json:"finished_at"`
}

// jobKind is what a job does.
type jobKind string

const (
	renders   jobKind = "render"
	publishes jobKind = "publish"
)

// publishedAnswer is how far a publication is.
type publishedAnswer struct {
	RenderID string `json:"render_id"` // the job whose video it is
	Privacy  string `json:"privacy"`   // private, unlisted or public
	Sent     int64  `json:"sent"`      // bytes that YouTube has
	Size     int64  `json:"size"`      // bytes
	VideoID  string `json:"video_id"`  // YouTube's; "" until it has all of it
	URL      string `json:"url"`       // the video's page at YouTube; "" until then
}

// renderProblems are what quoting, rendering and retrying may answer alike.
func renderProblems(more ...problem.Code) []problem.Code {
	return append(more, problem.ProjectNotReady, problem.VideoTooLong, problem.FeatureNotInPlan, problem.Unavailable)
}

// The routes of renders.
var (
	ProjectQuote = endpoint[None, render.Quote](Route{
		Name: "project-quote", Method: "POST", Pattern: "/api/v1/projects/{id}/quote", Credentials: Session | Key, Tag: "Creator",
		Summary: "What a render would take of each metric, and whether it fits", Problems: renderProblems(),
	})
	ProjectRender = endpoint[None, jobAnswer](Route{
		Name: "project-render", Method: "POST", Pattern: "/api/v1/projects/{id}/render", Credentials: Session | Key, Act: tenant.Render, Tag: "Creator",
		Summary: "Make the video", Description: "Reserves the estimate; what the video really took is settled when it ends.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: renderProblems(problem.QuotaExceeded, problem.TooManyJobs, problem.TooBusy),
	})
	JobList = endpoint[None, Page[jobAnswer]](Route{
		Name: "job-list", Method: "GET", Pattern: "/api/v1/jobs", Credentials: Session | Key, Paged: true, Tag: "Creator",
		Summary: "Your renders, newest first",
	})
	JobGet = endpoint[None, jobAnswer](Route{
		Name: "job-get", Method: "GET", Pattern: "/api/v1/jobs/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "One render: status, progress, and in the end the video or the reason",
	})
	// JobCancel ends and settles the job at once; the steps at work notice within
	// seconds.
	JobCancel = endpoint[None, jobAnswer](Route{
		Name: "job-cancel", Method: "DELETE", Pattern: "/api/v1/jobs/{id}", Credentials: Session | Key, Act: tenant.Render, Tag: "Creator",
		Summary: "Cancel a render", Description: "What is made and kept for a retry is paid, the rest is free again. Canceling twice is fine.",
		Problems: []problem.Code{problem.JobNotCancelable, problem.Unavailable},
	})
	JobRetry = endpoint[None, jobAnswer](Route{
		Name: "job-retry", Method: "POST", Pattern: "/api/v1/jobs/{id}/retry", Credentials: Session | Key, Act: tenant.Render, Tag: "Creator",
		Summary: "Resume a failed or canceled render", Description: "Makes and pays only what is missing.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: renderProblems(problem.JobNotRetryable, problem.Conflict, problem.QuotaExceeded, problem.TooManyJobs, problem.TooBusy),
	})
	JobVideoDelete = endpoint[None, None](Route{
		Name: "job-video-delete", Method: "DELETE", Pattern: "/api/v1/jobs/{id}/video", Credentials: Session | Key, Tag: "Creator",
		Summary: "Delete a video and keep the job", Description: "Of a job that failed or was canceled: what a retry would have gone on with.",
		Problems: []problem.Code{problem.JobStillRunning},
	})
)

func jobRoutes() []Route {
	return []Route{
		ProjectQuote.Route, ProjectRender.Route, JobList.Route, JobGet.Route, JobCancel.Route, JobRetry.Route, JobVideoDelete.Route,
	}
}

// Jobs shows jobs; AppURL is for the pages of problems.
type Jobs struct{ AppURL string }

func (h Jobs) show(s render.Shown) jobAnswer {
	j := s.Job
	step, percent := j.Progress()
	a := jobAnswer{
		ID: j.ID, JobID: j.ID, Kind: renders, ProjectID: j.ProjectID, Title: j.Title, Status: j.Status, Step: step, Progress: percent, Attempt: j.Attempt,
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
func QuoteProject(s render.Pricer) Handler[None, render.Quote] {
	return func(ctx context.Context, in *Request[None]) (render.Quote, error) {
		return s.Quote(ctx, in.Caller.Tenant, in.Path("id"))
	}
}

// Render serves ProjectRender.
func (h Jobs) Render(s render.Admitter) Handler[None, jobAnswer] { return h.admit(s, s.Render) }

// Retry serves JobRetry.
func (h Jobs) Retry(s render.Admitter) Handler[None, jobAnswer] { return h.admit(s, s.Retry) }

// admit answers with the job that was admitted, now or by an earlier request
// with the same key.
func (h Jobs) admit(
	s render.Admitter, do func(context.Context, tenant.ID, string, idempotency.Claim) (render.Job, metering.Standing, error),
) Handler[None, jobAnswer] {
	accepted := func(c *Call, job render.Job, err error) (jobAnswer, error) {
		if err != nil {
			return jobAnswer{}, err
		}
		c.SetHeader("Location", "/api/v1/jobs/"+job.ID)
		return h.show(render.Shown{Job: job}), nil
	}
	return repeatable(func(ctx context.Context, in *Request[None], claim idempotency.Claim) (jobAnswer, error) {
		job, standing, err := do(ctx, in.Caller.Tenant, in.Path("id"), claim)
		in.quotaHeaders(standing, s.Now())
		return accepted(&in.Call, job, err)
	}, func(ctx context.Context, in *Request[None], id string) (jobAnswer, error) {
		job, err := s.Admitted(ctx, in.Caller.Tenant, id)
		return accepted(&in.Call, job, err)
	})
}

// List serves JobList.
func (h Jobs) List(s render.Library) Handler[None, Page[jobAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]render.Shown, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, h.show)
}

// Get serves JobGet.
func (h Jobs) Get(s render.Library) Handler[None, jobAnswer] {
	return func(ctx context.Context, in *Request[None]) (jobAnswer, error) {
		job, err := s.Get(ctx, in.Caller.Tenant, in.Path("id"))
		if err != nil {
			return jobAnswer{}, err
		}
		return h.show(job), nil
	}
}

// Cancel serves JobCancel.
func (h Jobs) Cancel(s render.Settler) Handler[None, jobAnswer] {
	return func(ctx context.Context, in *Request[None]) (jobAnswer, error) {
		job, err := s.Cancel(ctx, in.Caller.Tenant, in.Path("id"))
		if err != nil {
			return jobAnswer{}, err
		}
		return h.show(render.Shown{Job: job}), nil
	}
}

// DeleteVideo serves JobVideoDelete.
func DeleteVideo(s render.Library) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.DeleteVideo(ctx, in.Caller.Tenant, in.Path("id"))
	}
}

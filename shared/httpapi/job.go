package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
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
	Kind       publish.Kind      `json:"kind"`
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

// publishedAnswer is how far a publication is.
type publishedAnswer struct {
	RenderID string `json:"render_id"` // the job whose video it is
	Privacy  string `json:"privacy"`   // private, unlisted or public
	Sent     int64  `json:"sent"`      // bytes that YouTube has
	Size     int64  `json:"size"`      // bytes
	VideoID  string `json:"video_id"`  // YouTube's; "" until it has all of it
	URL      string `json:"url"`       // the video's page at YouTube; "" until then
	// The upload vanished after its last byte: there may be a video already, and only
	// a person's retry sends it anew.
	Lost bool `json:"lost"`
}

// askAgain is what a program that waits for something does.
const askAgain = "While it has not ended, ask again after a second at first and then ever more seldom, up to every 12 seconds; after a 429 or 503 not before Retry-After."

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
		Summary: "Your renders and publications, newest first",
	})
	JobGet = endpoint[None, jobAnswer](Route{
		Name: "job-get", Method: "GET", Pattern: "/api/v1/jobs/{id}", Credentials: Session | Key, Tag: "Creator",
		Summary: "One render or publication: status, progress, and in the end the video or the reason", Description: askAgain,
	})
	// JobCancel ends and settles the job at once; the steps at work notice within
	// seconds.
	JobCancel = endpoint[None, jobAnswer](Route{
		Name: "job-cancel", Method: "DELETE", Pattern: "/api/v1/jobs/{id}", Credentials: Session | Key, Act: tenant.Render, Tag: "Creator",
		Summary: "Cancel a render or a publication", Description: "Of a render, what is made and kept for a retry is paid, the rest is free again. " +
			"A publication can be canceled until YouTube is sent the end of the video. Canceling twice is fine.",
		Problems: []problem.Code{problem.JobNotCancelable, problem.Unavailable},
	})
	JobRetry = endpoint[None, jobAnswer](Route{
		Name: "job-retry", Method: "POST", Pattern: "/api/v1/jobs/{id}/retry", Credentials: Session | Key, Act: tenant.Render, Tag: "Creator",
		Summary: "Resume a failed or canceled render or publication", Description: "Makes and pays only what is missing; a publication goes on at the byte where it stopped. " +
			"One that is lost (there may be a video already) is begun anew, by a person only. " +
			"After prompt_refused, scenes without a picture are painted from what the project says of them by then.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: renderProblems(
			problem.JobNotRetryable, problem.Conflict, problem.Forbidden, problem.QuotaExceeded, problem.TooManyJobs, problem.TooBusy,
			problem.YouTubeNotConnected,
		),
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
		ID: j.ID, JobID: j.ID, Kind: publish.Renders, ProjectID: j.ProjectID, Title: j.Title, Status: j.Status, Step: step, Progress: percent, Attempt: j.Attempt,
		Resolution: j.Resolution, Aspect: j.Aspect, Warnings: []render.Warning{}, Deleted: j.Deleted,
		CreatedAt: j.CreatedAt, StartedAt: when(j.StartedAt), FinishedAt: when(j.FinishedAt),
	}
	a.Warnings = append(a.Warnings, j.Warnings...)
	a.Error = h.problemOf(j.ID, j.Status, j.Failure)
	if s.Links != nil {
		a.Video = &videoAnswer{
			URL: s.Links.Video, CaptionsURL: s.Links.Captions, ThumbnailURL: s.Links.Thumbnail,
			DownloadURL: s.Links.SaveVideo, CaptionsDownloadURL: s.Links.SaveCaptions,
			DurationMS: j.Video.DurationMS, Width: j.Video.Width, Height: j.Video.Height, Size: j.Video.Size,
		}
	}
	return a
}

// both shows a job of either kind.
func (h Jobs) both(s publish.Shown) jobAnswer {
	if s.Publication != nil {
		return h.publication(*s.Publication)
	}
	return h.show(*s.Render)
}

// problemOf is why a job of either kind failed or was canceled.
func (h Jobs) problemOf(id string, status render.Status, f *render.Failure) *jobProblem {
	if f == nil || status != render.Failed && status != render.Canceled {
		return nil
	}
	return &jobProblem{
		Type: h.AppURL + "/api/docs#" + string(f.Code), Title: problem.Title(f.Code), Status: problem.Status(f.Code),
		Code: f.Code, Detail: f.Detail, Instance: "urn:job:" + id,
	}
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
func (h Jobs) Render(s render.Admitter) Handler[None, jobAnswer] {
	return h.admit(s.Now, func(ctx context.Context, in *Request[None], claim idempotency.Claim) (publish.Shown, metering.Standing, error) {
		job, standing, err := s.Render(ctx, in.Caller.Tenant, in.Path("id"), claim)
		return ofRender(job), standing, err
	}, func(ctx context.Context, in *Request[None], id string) (publish.Shown, error) {
		job, err := s.Admitted(ctx, in.Caller.Tenant, id)
		return ofRender(job), err
	})
}

// Retry serves JobRetry.
func (h Jobs) Retry(s render.Admitter, p publish.Starter) Handler[None, jobAnswer] {
	return h.admit(s.Now, func(ctx context.Context, in *Request[None], claim idempotency.Claim) (publish.Shown, metering.Standing, error) {
		var standing metering.Standing
		shown, err := publish.Either(func() (_ publish.Shown, err error) {
			var job render.Job
			job, standing, err = s.Retry(ctx, in.Caller.Tenant, in.Path("id"), claim)
			return ofRender(job), err
		}, func() (publish.Shown, error) {
			job, err := p.Retry(ctx, in.Caller, in.Path("id"), claim)
			return publish.Shown{Publication: &job}, err
		})
		return shown, standing, err
	}, func(ctx context.Context, in *Request[None], id string) (publish.Shown, error) {
		return publish.Either(func() (publish.Shown, error) {
			job, err := s.Admitted(ctx, in.Caller.Tenant, id)
			return ofRender(job), err
		}, func() (publish.Shown, error) {
			job, err := p.Admitted(ctx, in.Caller.Tenant, id)
			return publish.Shown{Publication: &job}, err
		})
	})
}

func ofRender(job render.Job) publish.Shown { return publish.Shown{Render: &render.Shown{Job: job}} }

// admit answers with the job that was admitted, now or by an earlier request
// with the same key.
func (h Jobs) admit(
	now func() time.Time,
	do func(context.Context, *Request[None], idempotency.Claim) (publish.Shown, metering.Standing, error),
	again func(context.Context, *Request[None], string) (publish.Shown, error),
) Handler[None, jobAnswer] {
	return repeatable(func(ctx context.Context, in *Request[None], claim idempotency.Claim) (jobAnswer, error) {
		job, standing, err := do(ctx, in, claim)
		in.quotaHeaders(standing, now())
		return h.accepted(&in.Call, job, err)
	}, func(ctx context.Context, in *Request[None], id string) (jobAnswer, error) {
		job, err := again(ctx, in, id)
		return h.accepted(&in.Call, job, err)
	})
}

// accepted answers with a job that was admitted.
func (h Jobs) accepted(c *Call, job publish.Shown, err error) (jobAnswer, error) {
	if err != nil {
		return jobAnswer{}, err
	}
	a := h.both(job)
	c.SetHeader("Location", "/api/v1/jobs/"+a.ID)
	return a, nil
}

// List serves JobList.
func (h Jobs) List(s publish.Library) Handler[None, Page[jobAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]publish.Shown, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, h.both)
}

// Get serves JobGet.
func (h Jobs) Get(s publish.Library) Handler[None, jobAnswer] {
	return func(ctx context.Context, in *Request[None]) (jobAnswer, error) {
		job, err := s.Get(ctx, in.Caller.Tenant, in.Path("id"))
		if err != nil {
			return jobAnswer{}, err
		}
		return h.both(job), nil
	}
}

// Cancel serves JobCancel.
func (h Jobs) Cancel(s render.Settler, p publish.Settler) Handler[None, jobAnswer] {
	return func(ctx context.Context, in *Request[None]) (jobAnswer, error) {
		return publish.Either(func() (jobAnswer, error) {
			job, err := s.Cancel(ctx, in.Caller.Tenant, in.Path("id"))
			return h.show(render.Shown{Job: job}), err
		}, func() (jobAnswer, error) {
			job, err := p.Cancel(ctx, in.Caller.Tenant, in.Path("id"))
			return h.publication(job), err
		})
	}
}

// DeleteVideo serves JobVideoDelete.
func DeleteVideo(s render.Library) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.DeleteVideo(ctx, in.Caller.Tenant, in.Path("id"))
	}
}

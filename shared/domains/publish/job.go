// Package publish owns how a finished video gets to YouTube: who may start it,
// the job that it is, the session that it is sent in, and what becomes of it when
// something fails. For one job there is never a second video. It must not know how
// YouTube is called.
package publish

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Privacy is who may see a video at YouTube.
type Privacy string

// YouTube's words for it.
const (
	Private  Privacy = "private"
	Unlisted Privacy = "unlisted"
	Public   Privacy = "public"
)

// Privacies lists them.
func Privacies() []Privacy { return []Privacy{Private, Unlisted, Public} }

// What YouTube takes of a title and a description.
const (
	MaxTitle       = 100  // characters
	MaxDescription = 5000 // bytes
)

// TitleRule and DescriptionRule are what both are held to beside YouTube's own rules.
func TitleRule() plaintext.Rule { return plaintext.Rule{Min: 1, Max: MaxTitle} }

// DescriptionRule may have lines.
func DescriptionRule() plaintext.Rule { return plaintext.Rule{Max: MaxDescription, Lines: true} }

// Draft is what a person asks for.
type Draft struct {
	RenderID    string // the job whose video it is
	Title       string
	Description string
	Privacy     Privacy
}

// Checked normalises a draft. Errors: InvalidInput, naming every bad field.
func (d Draft) Checked() (Draft, error) {
	var bad []problem.Field
	refuse := func(field, message string) {
		bad = append(bad, problem.Field{Field: field, Message: message})
	}
	if !tenant.ValidID(d.RenderID) {
		refuse("job_id", noVideo)
	}
	for _, text := range []struct {
		field string
		value *string
		rule  plaintext.Rule
	}{{"title", &d.Title, TitleRule()}, {"description", &d.Description, DescriptionRule()}} {
		clean, wrong := text.rule.Check(*text.value)
		*text.value = clean
		switch {
		case wrong != "":
			refuse(text.field, wrong)
		case strings.ContainsAny(clean, "<>"):
			refuse(text.field, "must not hold < or >, which YouTube refuses")
		}
	}
	if len(d.Description) > MaxDescription {
		refuse("description", fmt.Sprintf("must have at most %d bytes, has %d", MaxDescription, len(d.Description)))
	}
	if d.Privacy != Private && d.Privacy != Unlisted && d.Privacy != Public {
		refuse("privacy", "must be private, unlisted or public")
	}
	if len(bad) > 0 {
		return d, problem.Invalid(bad...)
	}
	return d, nil
}

// noVideo is said of an id that names no video that could be published. It is the
// same for an absent job, another tenant's, another project's and an unfinished one.
const noVideo = "must name a finished video of this project that was not deleted"

func invalidRender() error {
	return problem.Invalid(problem.Field{Field: "job_id", Message: noVideo})
}

// Upload is how far the video is on its way.
type Upload struct {
	// Session counts the upload sessions that were opened; 0 is none. All that work
	// on a job send to the same one.
	Session int
	Address string // the session's, sealed: whoever has it can send to the channel
	Sent    int64  // bytes that YouTube has said it has
	// Last: the video's last byte is sent, or may be. From here on there may be a
	// video, and no other session is opened.
	Last bool
	// Lost: the session was gone after that, so that nobody knows. Only a person's
	// retry opens another.
	Lost bool
}

// Job is one publication.
type Job struct {
	ID          string
	ProjectID   string
	RenderID    string // the job whose video it is
	Title       string
	Description string
	Privacy     Privacy
	Resolution  render.Resolution // of the video
	Aspect      render.Aspect     // of the video
	Size        int64             // of the video, bytes
	ChannelID   string            // where it goes
	Actor       string            // who asked, as the record of acts names them
	Visit       string            // and their session

	Status   render.Status
	Attempt  int // 1, then one more with each retry
	Restarts int // executions of this attempt that died and were replaced
	Upload   Upload
	VideoID  string          // YouTube's, once it has all of it
	Failure  *render.Failure // of the last attempt; while one runs, the trouble that a step met

	CreatedAt  time.Time
	StartedAt  time.Time // zero until a step runs
	FinishedAt time.Time // zero until it ends
	DueAt      time.Time // when the sweeper must look; zero once ended
}

// Progress is the job's step and how much of the video YouTube has, in percent. It
// reaches 100 only on success.
func (j Job) Progress() (render.Step, int) {
	percent := 0
	if j.Size > 0 {
		percent = int(min(j.Upload.Sent*100/j.Size, 99))
	}
	switch {
	case j.Status == render.Succeeded:
		return render.StepDone, 100
	case j.Status == render.Queued, j.StartedAt.IsZero():
		return render.StepQueued, percent
	}
	return render.StepUpload, percent
}

// Run is the job's present attempt, as the workflow sees it.
func (j Job) Run(id tenant.ID) workflow.Run {
	return workflow.Run{
		Input:    workflow.Input{TenantID: id, JobID: j.ID, Attempt: j.Attempt},
		Restarts: j.Restarts, Waiting: j.Status == render.Queued, Ended: j.Status.Ended(), DueAt: j.DueAt,
	}
}

// VideoPage is a video's page at YouTube.
func VideoPage(videoID string) string {
	return "https://www.youtube.com/watch?v=" + url.QueryEscape(videoID)
}

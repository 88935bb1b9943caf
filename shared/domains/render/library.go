package render

import (
	"context"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Library shows jobs and their videos.
type Library struct {
	jobs  JobStore
	files Files
	now   func() time.Time
}

// NewLibrary makes a Library.
func NewLibrary(jobs JobStore, files Files, now func() time.Time) Library {
	return Library{jobs: jobs, files: files, now: now}
}

// Links are the URLs of a finished video; each ends in 15 minutes. Those to save
// carry a file name made from the title.
type Links struct{ Video, Captions, Thumbnail, SaveVideo, SaveCaptions string }

// Shown is a job and, when its video can be watched, the links to it.
type Shown struct {
	Job   Job
	Links *Links
}

// Get shows a job. Errors: NotFound.
func (l Library) Get(ctx context.Context, id tenant.ID, jobID string) (Shown, error) {
	if !tenant.ValidID(jobID) {
		return Shown{}, noSuchJob()
	}
	j, err := l.jobs.Job(ctx, id, jobID)
	if err != nil {
		return Shown{}, err
	}
	return l.Show(ctx, id, j)
}

// List shows a page of jobs, newest first, after the given id.
func (l Library) List(ctx context.Context, id tenant.ID, limit int, after string) ([]Shown, string, error) {
	jobs, next, err := l.jobs.Jobs(ctx, id, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]Shown, 0, len(jobs))
	for _, j := range jobs {
		shown, err := l.Show(ctx, id, j)
		if err != nil {
			return nil, "", err
		}
		page = append(page, shown)
	}
	return page, next, nil
}

// Show shows a job that was read.
func (l Library) Show(ctx context.Context, id tenant.ID, j Job) (Shown, error) {
	if j.Status != Succeeded || j.Video == nil || j.Deleted {
		return Shown{Job: j}, nil
	}
	var links Links
	for into, name := range map[*string]string{
		&links.Video: VideoObject(j.ID), &links.Captions: CaptionsObject(j.ID), &links.Thumbnail: ThumbnailObject(j.ID),
	} {
		url, err := l.files.Link(ctx, id, name)
		if err != nil {
			return Shown{}, err
		}
		*into = url
	}
	for into, name := range map[*string]string{&links.SaveVideo: VideoObject(j.ID), &links.SaveCaptions: CaptionsObject(j.ID)} {
		url, err := l.files.SaveLink(ctx, id, name, fileName(j.Title)+path.Ext(name))
		if err != nil {
			return Shown{}, err
		}
		*into = url
	}
	return Shown{Job: j, Links: &links}, nil
}

// fileName makes a title into a name that every file system takes.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, title)
	if name = strings.Trim(name, " .-"); name == "" {
		return "devotional"
	}
	return name
}

// DeleteVideo removes the files of an ended job and keeps the job: its video or,
// of one that failed or was canceled, what a retry would have gone on with.
// Deleting again changes nothing. Errors: NotFound, JobStillRunning.
func (l Library) DeleteVideo(ctx context.Context, id tenant.ID, jobID string) error {
	if !tenant.ValidID(jobID) {
		return noSuchJob()
	}
	now := l.now()
	// The mark goes first: a link must never be handed out to a file that is gone.
	j, err := l.jobs.ForgetVideo(ctx, id, jobID, now.Add(deletionGrace))
	if err != nil {
		return err
	}
	return dropVideo(ctx, l.jobs, l.files, id, j, now)
}

package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// AtOnce is how many publications of one tenant may be unfinished.
const AtOnce = 3

// Times after which the sweeper looks at a job.
const (
	// startGrace: an admitted job whose execution has not begun by then is started
	// by the sweeper.
	startGrace = 30 * time.Second
	// lease: a running job that has not shown a sign of life for so long is dead. A
	// piece is sent in less.
	lease = 5 * time.Minute
)

// basisTries bounds how often a start whose basis changes is decided anew.
const basisTries = 3

// Starter starts publications.
type Starter struct {
	Store   Store
	Machine workflow.Machine
	AppURL  string
	Now     func() time.Time
	Warn    func(context.Context, error) // hears of failures that the sweeper makes good
}

// Publish admits a publication and starts it. Errors: InvalidInput, NotFound,
// YouTubeNotConnected, FeatureNotInPlan, Conflict while another job has the video,
// TooManyJobs, Unavailable; with a claim also *idempotency.Replay, IdempotencyKeyReused, IdempotencyInProgress.
func (s Starter) Publish(ctx context.Context, who auth.Caller, projectID string, d Draft, claim idempotency.Claim) (Job, error) {
	if !tenant.ValidID(projectID) {
		return Job{}, noSuchProject()
	}
	d, err := d.Checked()
	if err != nil {
		return Job{}, err
	}
	job := Job{
		ID: tenant.NewID(), ProjectID: projectID, RenderID: d.RenderID, Title: d.Title, Description: d.Description, Privacy: d.Privacy,
		Actor: who.Principal.Actor(), Visit: who.Principal.Session, Attempt: 1, Status: render.Queued,
	}
	return s.admit(ctx, who.Tenant, claim, func() (Job, error) {
		basis, err := s.Store.Basis(ctx, who.Tenant, projectID, d.RenderID)
		if err == nil && !basis.Project {
			err = noSuchProject()
		}
		if err == nil && basis.Render.ProjectID != projectID {
			err = invalidRender()
		}
		if err == nil {
			err = s.startable(basis, invalidRender())
		}
		if err == nil {
			err = s.unheld(ctx, who.Tenant, basis, job.ID)
		}
		if err != nil {
			return Job{}, err
		}
		now := s.now()
		job.Resolution, job.Aspect, job.Size = basis.Render.Resolution, basis.Render.Aspect, basis.Render.Video.Size
		job.ChannelID, job.CreatedAt, job.DueAt = basis.Channel.ChannelID, now, now.Add(startGrace)
		return job, s.Store.Admit(ctx, who.Tenant, job, Admission{Basis: basis, Claim: claim, At: now})
	})
}

// startable says what an attempt needs. Only a start asks for the plan: what runs
// goes on after a downgrade.
func (s Starter) startable(b Basis, without error) error {
	switch {
	case b.Render.Status != render.Succeeded || b.Render.Video == nil || b.Render.Deleted:
		return without
	case !b.Tenant.Plan.Has(tenant.YouTubePublish):
		return metering.NotInPlan(tenant.YouTubePublish, "Publishing to YouTube is part of the paid plans.", s.AppURL)
	case b.Channel.Kept() && !b.Channel.Connected():
		return channel.Lapsed(nil)
	case !b.Channel.Connected():
		return channel.NotConnected()
	case b.Running >= AtOnce:
		return tooMany()
	}
	return nil
}

// unheld refuses a second job for a video that is on its way, or that may be at
// YouTube without anybody knowing. To another channel it may go.
func (s Starter) unheld(ctx context.Context, id tenant.ID, b Basis, jobID string) error {
	for _, other := range b.Holders {
		if other == jobID {
			continue
		}
		holder, err := s.Store.Publication(ctx, id, other)
		if err == nil {
			err = leaves(holder, b.Channel.ChannelID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leaves says whether a job that has the video leaves it to another one.
func leaves(holder Job, channelID string) error {
	switch {
	case !holder.Status.Ended():
		return problem.New(problem.Conflict, "The video is being published already. Wait for that job to end, or cancel it.")
	case holder.Status == render.Failed && holder.Upload.Last && holder.ChannelID == channelID:
		return problem.New(problem.Conflict, "A job that failed at its very end may have published the video. Look at your channel, and retry that job if the video is not there.")
	}
	return nil // if it has ended only just now, the admission is refused and decided anew
}

// admit decides and writes, again while what it rests on changes, and starts what
// was admitted.
func (s Starter) admit(ctx context.Context, id tenant.ID, claim idempotency.Claim, try func() (Job, error)) (Job, error) {
	job, err := Job{}, ErrBasisChanged
	for range basisTries {
		if job, err = try(); !errors.Is(err, ErrBasisChanged) {
			break
		}
	}
	switch {
	case err == nil:
		s.start(ctx, id, job)
		return job, nil
	case errors.Is(err, ErrBasisChanged):
		err = problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
	case errors.Is(err, ErrTooMany):
		err = tooMany()
	}
	return Job{}, idempotency.Explain(ctx, s.Store, id, claim, s.now(), err)
}

// Retry resumes a publication that failed or was canceled, at the byte where it
// stopped. Errors: NotFound, JobNotRetryable, Conflict, Forbidden for a key where
// only a person can say that there is no video yet, and those of Publish.
func (s Starter) Retry(ctx context.Context, who auth.Caller, jobID string, claim idempotency.Claim) (Job, error) {
	if !tenant.ValidID(jobID) {
		return Job{}, noSuchJob()
	}
	return s.admit(ctx, who.Tenant, claim, func() (Job, error) {
		old, basis, err := s.Store.RetryBasis(ctx, who.Tenant, jobID)
		if err == nil {
			err = s.retryable(old, basis)
		}
		if err == nil {
			err = s.unheld(ctx, who.Tenant, basis, jobID)
		}
		if err == nil && old.Upload.Lost && who.Principal.Kind() != auth.Person {
			err = problem.New(problem.Forbidden, "There may be a video already. Only a person can look at the channel first and retry after that.")
		}
		if err != nil {
			return Job{}, err
		}
		now, job := s.now(), old
		job.Status, job.Attempt, job.Restarts, job.Failure = render.Queued, old.Attempt+1, 0, nil
		job.StartedAt, job.FinishedAt, job.DueAt = time.Time{}, time.Time{}, now.Add(startGrace)
		job.ChannelID = basis.Channel.ChannelID
		if old.Upload.Lost { // the person has looked, and says so by retrying
			job.Upload = Upload{Session: old.Upload.Session}
		}
		return job, s.Store.Readmit(ctx, who.Tenant, job, Admission{Basis: basis, Claim: claim, At: now})
	})
}

func (s Starter) retryable(old Job, b Basis) error {
	if old.Status != render.Failed && old.Status != render.Canceled {
		return problem.New(problem.JobNotRetryable, "Only a failed or canceled job can be retried; this one is "+string(old.Status)+".")
	}
	err := s.startable(b, problem.New(problem.JobNotRetryable, "The video was deleted, so that it cannot be published any more."))
	if err == nil && old.Upload.Address != "" && !old.Upload.Lost && old.ChannelID != b.Channel.ChannelID {
		err = problem.New(problem.JobNotRetryable, "The upload was begun to another channel. Connect that one, or publish the video anew.")
	}
	return err
}

// Admitted is a job as it was answered when an earlier request admitted it.
// Errors: NotFound.
func (s Starter) Admitted(ctx context.Context, id tenant.ID, jobID string) (Job, error) {
	job, err := s.Store.Publication(ctx, id, jobID)
	job.Status, job.Failure, job.VideoID = render.Queued, nil, ""
	job.StartedAt, job.FinishedAt = time.Time{}, time.Time{}
	return job, err
}

// start begins the execution. The job is admitted whether or not this succeeds:
// the sweeper starts what did not.
func (s Starter) start(ctx context.Context, id tenant.ID, job Job) {
	run := job.Run(id)
	if err := s.Machine.Start(ctx, run.Execution(), run.Input); err != nil {
		s.Warn(ctx, fmt.Errorf("start publication: %w", err))
	}
}

func (s Starter) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func noSuchProject() error { return problem.New(problem.NotFound, "There is no such project.") }

func tooMany() error {
	refused := problem.New(problem.TooManyJobs, fmt.Sprintf("%d publications are in progress already. Wait for one to finish, or cancel one.", AtOnce))
	refused.RetryAfter = 30 * time.Second
	return refused
}

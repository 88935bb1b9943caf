package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// settleTries bounds how often an end is decided anew because the job changed.
const settleTries = 6

// Settler ends attempts: status, the number of unfinished ones and the record of
// acts change together, once.
type Settler struct {
	Store Store
	Now   func() time.Time
}

// Succeed ends an attempt whose video is recorded. Ending it again changes nothing.
func (s Settler) Succeed(ctx context.Context, id tenant.ID, jobID string, attempt int) (Job, error) {
	return s.settle(ctx, id, jobID, attempt, render.Succeeded, nil)
}

// Fail ends an attempt with a reason. One that has recorded its video succeeds
// instead.
func (s Settler) Fail(ctx context.Context, id tenant.ID, jobID string, attempt int, why render.Failure) (Job, error) {
	return s.settle(ctx, id, jobID, attempt, render.Failed, &why)
}

// Cancel ends a publication at its owner's wish, as long as YouTube was not sent
// all of the video. What was sent stays for a retry. Canceling it again changes
// nothing. Errors: NotFound, JobNotCancelable.
func (s Settler) Cancel(ctx context.Context, id tenant.ID, jobID string) (Job, error) {
	if !tenant.ValidID(jobID) {
		return Job{}, noSuchJob()
	}
	j, err := s.Store.Publication(ctx, id, jobID)
	if err == nil {
		j, err = s.end(ctx, id, j, render.Canceled, &render.Failure{Code: problem.Canceled, Detail: "The publication was canceled."})
	}
	switch {
	case err != nil:
		return Job{}, err
	case j.Status == render.Canceled:
		return j, nil
	case j.Status.Ended():
		return Job{}, problem.New(problem.JobNotCancelable, "The job has already ended; it "+string(j.Status)+".")
	}
	return Job{}, problem.New(problem.JobNotCancelable, "YouTube is being sent the end of the video, which cannot be taken back any more.")
}

func (s Settler) settle(ctx context.Context, id tenant.ID, jobID string, attempt int, status render.Status, why *render.Failure) (Job, error) {
	j, err := s.Store.Publication(ctx, id, jobID)
	if err != nil || j.Attempt != attempt {
		return j, err
	}
	return s.end(ctx, id, j, status, why)
}

// end ends the attempt of j, read anew as often as it changes meanwhile.
func (s Settler) end(ctx context.Context, id tenant.ID, j Job, status render.Status, why *render.Failure) (Job, error) {
	attempt := j.Attempt
	for range settleTries {
		if j.Attempt != attempt || j.Status.Ended() || status == render.Canceled && j.Upload.Last {
			return j, nil
		}
		st := Settlement{Job: j, Status: status, Failure: why, At: s.Now().UTC().Truncate(time.Millisecond)}
		switch {
		case j.VideoID != "":
			act := audit.New(st.At, audit.VideoPublished, j.Actor, j.Visit, j.ID)
			st.Status, st.Failure, st.Act = render.Succeeded, nil, &act
		case status == render.Succeeded:
			return j, fmt.Errorf("settle publication: success without a video")
		}
		err := s.Store.Settle(ctx, id, st)
		if err == nil {
			j.Status, j.Failure, j.FinishedAt, j.DueAt = st.Status, st.Failure, st.At, time.Time{}
			return j, nil
		}
		if !errors.Is(err, ErrChanged) {
			return Job{}, err
		}
		if j, err = s.Store.Publication(ctx, id, j.ID); err != nil {
			return Job{}, err
		}
	}
	return Job{}, problem.New(problem.Unavailable, "The job is changing too fast. Try again in a moment.")
}

// SettleStep ends an attempt.
type SettleStep struct{ Settler }

// Run may be repeated.
func (s SettleStep) Run(ctx context.Context, in workflow.Ending) (render.SettleResult, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Ending) (render.SettleResult, error) {
		if in.Error == nil {
			j, err := s.Succeed(ctx, in.TenantID, in.JobID, in.Attempt)
			return render.SettleResult{Status: j.Status}, err
		}
		j, err := s.Store.Publication(ctx, in.TenantID, in.JobID)
		if err == nil {
			j, err = s.Fail(ctx, in.TenantID, in.JobID, in.Attempt, failureOf(j, in.Error.Error))
		}
		return render.SettleResult{Status: j.Status}, err
	})
}

// failureOf names the reason of a failed attempt from the error that ended its
// execution. Names that are not ours come from the workflow engine.
func failureOf(j Job, errorName string) render.Failure {
	code := problem.Named(errorName)
	if j.Failure != nil && (j.Failure.Code == code || !slices.Contains(problem.Codes(), code)) {
		return *j.Failure
	}
	details := map[problem.Code]string{
		problem.Unavailable:         "YouTube, or a service of ours, did not answer. Retry; what was sent is not sent again.",
		problem.Internal:            "Something failed on our side. Retry; what was sent is not sent again.",
		problem.YouTubeNotConnected: "YouTube no longer accepts the connection. Connect the channel again, then retry.",
		problem.YouTubeNotSetUp:     "Publishing to YouTube is not set up in this installation any more.",
		problem.PublishFailed:       "YouTube did not take the video.",
	}
	if detail, ok := details[code]; ok {
		return render.Failure{Code: code, Detail: detail}
	}
	return render.Failure{Code: problem.Internal, Detail: "The publication was interrupted and could not be resumed by itself. Retry; what was sent is not sent again."}
}

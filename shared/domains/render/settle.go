package render

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// settleTries bounds how often a settlement is computed anew because a part was
// recorded while it was written. A job has at most 20 scenes with four parts.
const settleTries = 12

// Settler ends attempts: the job's terminal status, the ledger row, the counter
// and the number of unfinished jobs change together, once.
type Settler struct {
	jobs  JobStore
	now   func() time.Time
	ended func(context.Context, Job)
}

// NewSettler makes a Settler.
func NewSettler(jobs JobStore, now func() time.Time) Settler { return Settler{jobs: jobs, now: now} }

// Telling makes a Settler that tells of each attempt that it ends. Ending an attempt
// is one conditional write, so of all settlers one tells, once.
func (s Settler) Telling(ended func(context.Context, Job)) Settler {
	s.ended = ended
	return s
}

// Succeed ends an attempt whose video is recorded. Ending it again changes nothing.
func (s Settler) Succeed(ctx context.Context, id tenant.ID, jobID string, attempt int) (Job, error) {
	return s.settle(ctx, id, jobID, attempt, Succeeded, nil)
}

// Fail ends an attempt without a video: what was made and kept is paid, the
// rest of its reservation is free again. An attempt that has already recorded
// its video succeeds instead.
func (s Settler) Fail(ctx context.Context, id tenant.ID, jobID string, attempt int, why Failure) (Job, error) {
	return s.settle(ctx, id, jobID, attempt, Failed, &why)
}

// Cancel ends a job at its owner's wish; its steps find the attempt over and
// stop. Canceling it again changes nothing. Errors: NotFound, JobNotCancelable
// when it ended otherwise.
func (s Settler) Cancel(ctx context.Context, id tenant.ID, jobID string) (Job, error) {
	if !tenant.ValidID(jobID) {
		return Job{}, noSuchJob()
	}
	j, err := s.jobs.Job(ctx, id, jobID)
	if err == nil && !j.Status.Ended() {
		why := Failure{Code: problem.Canceled, Detail: "The render was canceled."}
		j, err = s.end(ctx, id, j, Canceled, &why)
	}
	if err != nil {
		return Job{}, err
	}
	if j.Status != Canceled {
		return Job{}, problem.New(problem.JobNotCancelable, "The job has already ended; it "+string(j.Status)+".")
	}
	return j, nil
}

func (s Settler) settle(ctx context.Context, id tenant.ID, jobID string, attempt int, status Status, why *Failure) (Job, error) {
	j, err := s.jobs.Job(ctx, id, jobID)
	if err != nil || j.Attempt != attempt {
		return j, err
	}
	return s.end(ctx, id, j, status, why)
}

// end ends the attempt of j, read anew as often as it changes meanwhile.
func (s Settler) end(ctx context.Context, id tenant.ID, j Job, status Status, why *Failure) (Job, error) {
	attempt := j.Attempt
	for range settleTries {
		if j.Attempt != attempt || j.Status.Ended() {
			return j, nil
		}
		final, failure := status, why
		switch {
		case status != Succeeded && j.Video != nil:
			final, failure = Succeeded, nil // too late: it is made, and stored
		case status == Succeeded && j.Video == nil:
			return j, fmt.Errorf("settle render: success without a video")
		}
		st := settlementOf(j, final, failure, s.now())
		err := s.jobs.SettleJob(ctx, id, st)
		if err == nil {
			j.Status, j.Failure, j.Charged, j.Unpaid, j.FinishedAt, j.DueAt = final, failure, st.Charged, st.Unpaid, st.At, st.Again
			if s.ended != nil {
				s.ended(ctx, j)
			}
			return j, nil
		}
		if !errors.Is(err, metering.ErrChanged) {
			return Job{}, err
		}
		if j, err = s.jobs.Job(ctx, id, j.ID); err != nil {
			return Job{}, err
		}
	}
	return Job{}, problem.New(problem.Unavailable, "The job is changing too fast. Try again in a moment.")
}

// settlementOf computes the truth of an attempt: what the job has made in all,
// less what earlier attempts were charged.
func settlementOf(j Job, status Status, why *Failure, now time.Time) Settlement {
	now = now.UTC().Truncate(time.Millisecond)
	made, unpaid := j.Made(status == Succeeded), metering.Amounts{}
	switch {
	case status == Failed && why != nil && why.free():
		unpaid, made = made.Minus(j.Charged), j.Charged // a file of its owner's was taken, and failed
	case status != Succeeded:
		unpaid, made = j.Unpaid, made.Minus(j.Unpaid) // it was said that this costs nothing: without a video it does not
	}
	used := made.Minus(j.Charged)
	var again time.Time
	if status != Succeeded {
		again = now.Add(stragglers)
	}
	return Settlement{
		Again: again,
		Job:   j, Status: status, Failure: why, Charged: made, Unpaid: unpaid, At: now,
		Row: metering.Settle(j.Period, j.ID, j.Attempt, j.Reserved, used, now),
	}
}

// FailureOf names the reason of a failed attempt from the error that ended its
// execution. Names that are not ours come from the workflow engine.
func FailureOf(j Job, errorName string) Failure {
	code := problem.Named(errorName)
	if j.Failure != nil && (j.Failure.Code == code || !slices.Contains(problem.Codes(), code)) {
		return *j.Failure
	}
	if detail, ok := failureDetails()[code]; ok {
		return Failure{Code: code, Detail: detail}
	}
	return Failure{Code: problem.RenderInterrupted, Detail: failureDetails()[problem.RenderInterrupted]}
}

// Own reports whether the job's owner mends the reason, and nobody else can. An upload
// that can no longer be read was decoded when it was taken: it is the decoder that changed.
func (f Failure) Own() bool {
	switch f.Code {
	case problem.PromptRefused:
		return true
	case problem.UploadRejected:
		return !f.free()
	case problem.ImageFailed:
		return strings.HasSuffix(f.Detail, deletedPicture)
	}
	return false
}

// Counted is the code that a failure is counted under: one of those that a job may
// end with, so that their number is known.
func (f Failure) Counted() problem.Code {
	if _, known := failureDetails()[f.Code]; known {
		return f.Code
	}
	return problem.Internal
}

// failureDetails are the reasons for which no step could leave its own words.
func failureDetails() map[problem.Code]string {
	return map[problem.Code]string{
		problem.ImageTimeout:      "A picture took too long to make. Retry; what is finished is kept.",
		problem.ImageFailed:       "A picture could not be made. Retry; what is finished is kept.",
		problem.PromptRefused:     "The description of a picture was refused by the model's content filter. Describe it differently in the project, then retry: what is finished is kept.",
		problem.ServiceBusy:       "The service that makes pictures or voices was too busy, for many minutes. Retry later; what is finished is kept.",
		problem.SpeechFailed:      "The narration could not be made. Retry; what is finished is kept.",
		problem.EncodeStalled:     "The video encoder stopped responding, several times. Retry; what is finished is kept.",
		problem.EncodeFailed:      "The video could not be encoded. Retry; what is finished is kept.",
		problem.StorageFull:       "The renderer ran out of disk space. Retry, or choose a lower resolution.",
		problem.Unavailable:       "A service that the render needs did not answer. Retry; what is finished is kept.",
		problem.Internal:          "Something failed on our side. Retry; what is finished is kept.",
		problem.UploadRejected:    "A file of yours can no longer be used. A retry leaves it out; what is finished is kept.",
		problem.Canceled:          "The render was canceled.",
		problem.RenderInterrupted: "The render was interrupted and could not be resumed by itself. Retry; what is finished is kept.",
	}
}

package render

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Times after which the sweeper looks at a job.
const (
	// startGrace: an admitted job whose execution has not begun by then is
	// started by the sweeper.
	startGrace = 30 * time.Second
	// lease: a running job whose steps have not beaten for so long is dead. The
	// steps beat every few seconds.
	lease = 2 * time.Minute
)

// planTries bounds how often an admission starts over because the tenant's plan
// changed between reading and writing it.
const planTries = 3

// tooManyRetryAfter is when a refused caller may ask again: about the time that
// a short render takes.
const tooManyRetryAfter = 30 * time.Second

// Admitter starts renders.
type Admitter struct {
	Pricer
	workflow Workflow
	maxJobs  int
	warn     func(context.Context, error)
}

// NewAdmitter makes an Admitter. maxJobs is how many jobs of one tenant may be
// unfinished at once; warn hears of failures that the sweeper makes good.
func NewAdmitter(p Pricer, workflow Workflow, maxJobs int, warn func(context.Context, error)) Admitter {
	return Admitter{Pricer: p, workflow: workflow, maxJobs: maxJobs, warn: warn}
}

// Render admits a render of the project as it is now and starts it. Errors:
// those of Quote, QuotaExceeded, TooManyJobs, Unavailable; with a claim also
// *idempotency.Replay of the job, IdempotencyKeyReused, IdempotencyInProgress.
func (a Admitter) Render(ctx context.Context, id tenant.ID, projectID string, claim idempotency.Claim) (Job, error) {
	jobID := tenant.NewID()
	var job Job
	err := a.admit(ctx, id, claim, func() (tenant.Plan, metering.Row, func(Admission) error, error) {
		t, source, _, err := a.basis(ctx, id, projectID, metering.PeriodOf(a.now()))
		if err != nil {
			return "", metering.Row{}, nil, err
		}
		job = a.newJob(jobID, source)
		row := metering.Reserve(job.Period, jobID, job.Attempt, job.Reserved, job.CreatedAt)
		return t.Plan, row, func(ad Admission) error { return a.store.AdmitJob(ctx, id, job, source, ad) }, nil
	})
	if err != nil {
		return Job{}, err
	}
	a.start(ctx, id, job)
	return job, nil
}

func (a Admitter) newJob(jobID string, s Source) Job {
	now := a.now().UTC().Truncate(time.Millisecond)
	n := needsOf(s, Job{})
	return Job{
		ID: jobID, ProjectID: s.ProjectID, Title: s.Title, Resolution: s.Resolution, Aspect: s.Aspect,
		Status: Queued, Attempt: 1, Scenes: len(s.Scenes), Frames: n.frames,
		Period: metering.PeriodOf(now), Reserved: n.amounts, Charged: metering.Amounts{},
		CreatedAt: now, DueAt: now.Add(startGrace),
	}
}

// Retry resumes a job that failed or was canceled: it reserves and makes only
// what is missing. Errors: NotFound, JobNotRetryable, and those of Render.
func (a Admitter) Retry(ctx context.Context, id tenant.ID, jobID string, claim idempotency.Claim) (Job, error) {
	if !tenant.ValidID(jobID) {
		return Job{}, noSuchJob()
	}
	var job Job
	err := a.admit(ctx, id, claim, func() (tenant.Plan, metering.Row, func(Admission) error, error) {
		t, old, source, err := a.store.RetryBasis(ctx, id, jobID)
		if err == nil && old.Status != Failed && old.Status != Canceled {
			err = problem.New(problem.JobNotRetryable, "Only a failed or canceled job can be retried; this one is "+string(old.Status)+".")
		}
		if err == nil && old.Deleted {
			err = problem.New(problem.JobNotRetryable, "What the job had made was deleted. Render its project again.")
		}
		if err == nil {
			err = a.renderable(t.Plan, source)
		}
		if err != nil {
			return "", metering.Row{}, nil, err
		}
		job = a.nextAttempt(old, source)
		row := metering.Reserve(job.Period, jobID, job.Attempt, job.Reserved, a.now())
		return t.Plan, row, func(ad Admission) error { return a.store.ReadmitJob(ctx, id, job, ad) }, nil
	})
	if err != nil {
		return Job{}, err
	}
	a.start(ctx, id, job)
	return job, nil
}

// Admitted is a job as it was answered when an earlier request admitted it: what
// has become of it since is for the job's own route to say. Errors: NotFound.
func (a Admitter) Admitted(ctx context.Context, id tenant.ID, jobID string) (Job, error) {
	_, job, _, err := a.store.RetryBasis(ctx, id, jobID)
	job.Status, job.Failure, job.Video, job.Deleted = Queued, nil, nil, false
	job.StartedAt, job.FinishedAt = time.Time{}, time.Time{}
	return job, err
}

func (a Admitter) nextAttempt(old Job, s Source) Job {
	now := a.now().UTC().Truncate(time.Millisecond)
	n := needsOf(s, old)
	job := old
	job.Status, job.Attempt, job.Restarts, job.Failure = Queued, old.Attempt+1, 0, nil
	job.Frames, job.Reserved, job.Period = n.frames, n.amounts, metering.PeriodOf(now)
	job.StartedAt, job.FinishedAt, job.DueAt = time.Time{}, time.Time{}, now.Add(startGrace)
	return job
}

// preparation reads afresh on every try and returns what to write.
type preparation func() (tenant.Plan, metering.Row, func(Admission) error, error)

func (a Admitter) admit(ctx context.Context, id tenant.ID, claim idempotency.Claim, prepare preparation) error {
	return admit(ctx, a.Pricer, id, a.maxJobs, claim, prepare)
}

// admit makes one admission.
func admit(ctx context.Context, p Pricer, id tenant.ID, maxJobs int, claim idempotency.Claim, prepare preparation) error {
	err := tryAdmit(ctx, p, id, maxJobs, claim, prepare)
	return idempotency.Explain(ctx, p.store, id, claim, p.now(), err)
}

func tryAdmit(ctx context.Context, p Pricer, id tenant.ID, maxJobs int, claim idempotency.Claim, prepare preparation) error {
	for range planTries {
		plan, row, write, err := prepare()
		if err != nil {
			return err
		}
		if m, over := metering.Exceeded(plan, p.quotas, metering.Counter{}, row.Taken); over {
			// More than the whole limit can never be admitted; the counter is read for the answer only.
			counter, err := p.store.Counter(ctx, id, row.Period)
			if err != nil {
				return err
			}
			return metering.Refusal(plan, p.quotas, row.Period, counter, row.Taken, m, p.appURL)
		}
		err = write(Admission{Plan: plan, Limits: p.quotas.Limits(plan), Row: row, MaxJobs: maxJobs, Claim: claim})
		if !errors.Is(err, metering.ErrPlanChanged) {
			return p.refusal(plan, row, maxJobs, err)
		}
	}
	return problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
}

// refusal turns the store's word into the caller's.
func (p Pricer) refusal(plan tenant.Plan, row metering.Row, maxJobs int, err error) error {
	var full *metering.Full
	switch {
	case errors.As(err, &full):
		m, over := metering.Exceeded(plan, p.quotas, full.Counter, row.Taken)
		if !over {
			return fmt.Errorf("admit: the counter refused what fits: %w", err)
		}
		return metering.Refusal(plan, p.quotas, row.Period, full.Counter, row.Taken, m, p.appURL)
	case errors.Is(err, metering.ErrTooManyJobs):
		refused := problem.New(problem.TooManyJobs, fmt.Sprintf("%d renders are in progress already. Wait for one to finish, or cancel one.", maxJobs))
		refused.RetryAfter = tooManyRetryAfter
		return refused
	}
	return err
}

// start begins the execution. The job is admitted whether or not this succeeds:
// the sweeper starts what did not.
func (a Admitter) start(ctx context.Context, id tenant.ID, job Job) {
	in := WorkflowInput{TenantID: id, JobID: job.ID, Attempt: job.Attempt}
	if err := a.workflow.Start(ctx, job.Execution(), in); err != nil {
		a.warn(ctx, fmt.Errorf("start render: %w", err))
	}
}

package render

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
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

// Admitter starts renders.
type Admitter struct {
	Pricer
	machine workflow.Machine
	warn    func(context.Context, error)
}

// NewAdmitter makes an Admitter. warn hears of failures that the sweeper makes good.
func NewAdmitter(p Pricer, machine workflow.Machine, warn func(context.Context, error)) Admitter {
	return Admitter{Pricer: p, machine: machine, warn: warn}
}

// Render admits a render of the project as it is now and starts it. Errors:
// those of Quote and of metering's Admit; a Replay is of the job.
func (a Admitter) Render(ctx context.Context, id tenant.ID, projectID string, claim idempotency.Claim) (Job, metering.Standing, error) {
	bid := &renderBid{Admitter: a, tenant: id, projectID: projectID, jobID: tenant.NewID()}
	standing, err := a.intake.Admit(ctx, id, claim, bid)
	if err != nil {
		return Job{}, metering.Standing{}, err
	}
	a.start(ctx, id, bid.job)
	return bid.job, standing, nil
}

// renderBid asks for a new job.
type renderBid struct {
	Admitter
	tenant    tenant.ID
	projectID string
	jobID     string
	job       Job    // of the project as last read
	source    Source // likewise
}

// Read implements metering.Bid.
func (b *renderBid) Read(ctx context.Context) (metering.Demand, error) {
	read, err := b.basis(ctx, b.tenant, b.projectID, metering.PeriodOf(b.intake.Now()))
	if err != nil {
		return metering.Demand{}, err
	}
	b.job, b.source = b.newJob(b.jobID, read.Source), read.Source
	return demandOf(read, b.job, b.job.CreatedAt), nil
}

// Write implements metering.Bid.
func (b *renderBid) Write(ctx context.Context, a metering.Admission) error {
	return b.store.AdmitJob(ctx, b.tenant, b.job, b.source, a)
}

// demandOf is what an attempt of a job takes.
func demandOf(read Basis, job Job, at time.Time) metering.Demand {
	return metering.Demand{
		Tenant: read.Tenant, Counter: read.Counter, Job: true,
		Row: metering.Reserve(job.Period, job.ID, job.Attempt, job.Reserved, at),
	}
}

func (a Admitter) newJob(jobID string, s Source) Job {
	now := a.intake.Now().UTC().Truncate(time.Millisecond)
	n := needsOf(s, Job{}, a.narrator)
	return Job{
		ID: jobID, ProjectID: s.ProjectID, Title: s.Title, Resolution: s.Resolution, Aspect: s.Aspect,
		Status: Queued, Attempt: 1, Scenes: len(s.Scenes), Frames: n.frames,
		Period: metering.PeriodOf(now), Reserved: n.amounts, Charged: metering.Amounts{}, Unpaid: metering.Amounts{},
		CreatedAt: now, AdmittedAt: now, DueAt: now.Add(startGrace),
	}
}

// Retry resumes a job that failed or was canceled: it reserves and makes only
// what is missing. Errors: NotFound, JobNotRetryable, and those of Render.
func (a Admitter) Retry(ctx context.Context, id tenant.ID, jobID string, claim idempotency.Claim) (Job, metering.Standing, error) {
	if !tenant.ValidID(jobID) {
		return Job{}, metering.Standing{}, noSuchJob()
	}
	bid := &retryBid{Admitter: a, tenant: id, jobID: jobID}
	standing, err := a.intake.Admit(ctx, id, claim, bid)
	if err != nil {
		return Job{}, metering.Standing{}, err
	}
	a.start(ctx, id, bid.job)
	return bid.job, standing, nil
}

// retryBid asks for the next attempt of a job.
type retryBid struct {
	Admitter
	tenant tenant.ID
	jobID  string
	job    Job    // as its next attempt begins, by what was last read
	source Source // likewise
}

// Read implements metering.Bid.
func (b *retryBid) Read(ctx context.Context) (metering.Demand, error) {
	old, read, err := b.store.RetryBasis(ctx, b.tenant, b.jobID, metering.PeriodOf(b.intake.Now()))
	if err == nil {
		read.Source, old.Warnings = read.Source.onward(old, read.Now, read.Gone)
		err = b.retryable(old, read)
	}
	if err != nil {
		return metering.Demand{}, err
	}
	b.job, b.source = b.nextAttempt(old, read.Source), read.Source
	return demandOf(read, b.job, b.intake.Now()), nil
}

// Write implements metering.Bid.
func (b *retryBid) Write(ctx context.Context, a metering.Admission) error {
	return b.store.ReadmitJob(ctx, b.tenant, b.job, b.source, a)
}

func (a Admitter) retryable(old Job, b Basis) error {
	switch {
	case old.Status != Failed && old.Status != Canceled:
		return problem.New(problem.JobNotRetryable, "Only a failed or canceled job can be retried; this one is "+string(old.Status)+".")
	case old.Deleted:
		return problem.New(problem.JobNotRetryable, "What the job had made was deleted. Render its project again.")
	}
	return a.renderable(b.Tenant.Plan, b.Source)
}

// Admitted is a job as it was answered when an earlier request admitted it: what
// has become of it since is for the job's own route to say. Errors: NotFound.
func (a Admitter) Admitted(ctx context.Context, id tenant.ID, jobID string) (Job, error) {
	job, _, err := a.store.RetryBasis(ctx, id, jobID, metering.PeriodOf(a.intake.Now()))
	job.Status, job.Failure, job.Video, job.Deleted = Queued, nil, nil, false
	job.StartedAt, job.FinishedAt = time.Time{}, time.Time{}
	return job, err
}

func (a Admitter) nextAttempt(old Job, s Source) Job {
	now := a.intake.Now().UTC().Truncate(time.Millisecond)
	n := needsOf(s, old, a.narrator)
	job := old
	job.Status, job.Attempt, job.Restarts, job.Failure = Queued, old.Attempt+1, 0, nil
	job.Frames, job.Reserved, job.Period = n.frames, n.amounts, metering.PeriodOf(now)
	job.AdmittedAt, job.StartedAt, job.FinishedAt, job.DueAt = now, time.Time{}, time.Time{}, now.Add(startGrace)
	return job
}

// start begins the execution. The job is admitted whether or not this succeeds:
// the sweeper starts what did not.
func (a Admitter) start(ctx context.Context, id tenant.ID, job Job) {
	run := job.Run(id)
	if err := a.machine.Start(ctx, run.Execution(), run.Input); err != nil {
		a.warn(ctx, fmt.Errorf("start render: %w", err))
	}
}

// Now is the present, as admissions see it.
func (p Pricer) Now() time.Time { return p.intake.Now() }

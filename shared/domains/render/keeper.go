package render

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// maxRestarts is how often an attempt whose execution died is begun again.
const maxRestarts = 3

// OpenKind tells the kinds of overdue work apart.
type OpenKind string

// The kinds of open work.
const (
	OpenRender        OpenKind = "RENDER"
	OpenImage         OpenKind = "IMAGE"
	OpenVideoDeletion OpenKind = "VIDEO-DELETION" // marked as deleted, not yet given back
	OpenLeftovers     OpenKind = "LEFTOVERS"      // ended without a video; a late step may still store one
	OpenImageDeletion OpenKind = "IMAGE-DELETION"

	OpenUpload         OpenKind = "UPLOAD" // announced, not yet looked at
	OpenUploadDeletion OpenKind = "UPLOAD-DELETION"
)

// OpenWork is an entry of the index of open work.
type OpenWork struct {
	Tenant tenant.ID
	ID     string // of the job, the image or the upload
}

// UploadKeeper sees to uploads that are overdue.
type UploadKeeper interface {
	// MendUpload completes an upload that has arrived, or gives it up.
	MendUpload(ctx context.Context, id tenant.ID, uploadID string) error
	// FinishUploadDeletion goes on with a deletion that was begun.
	FinishUploadDeletion(ctx context.Context, id tenant.ID, uploadID string) error
}

// OpenIndex finds work across tenants, with nothing but its ids.
type OpenIndex interface {
	// Overdue reads a page of what was due before now, the longest overdue
	// first. It needs a context from tenant.WithSweep. next is "" at the end.
	Overdue(ctx context.Context, kind OpenKind, now time.Time, cursor string) (page []OpenWork, next string, err error)
}

// Keeper sees to it that no job and no reservation stays open for ever.
type Keeper struct {
	Settler
	Images   ImageStore
	Files    Files
	Workflow Workflow
	Uploads  UploadKeeper
	Index    OpenIndex
	Warn     func(context.Context, error)
}

// SweepReport counts what one sweep did.
type SweepReport struct {
	Renders   int `json:"renders"`   // overdue renders seen to
	Images    int `json:"images"`    // overdue previews settled
	Uploads   int `json:"uploads"`   // overdue uploads completed or given up
	Deletions int `json:"deletions"` // deletions finished that were begun
	Leftovers int `json:"leftovers"` // jobs without a video looked through
	Failed    int `json:"failed"`    // entries left for the next sweep
}

// Sweep sees to what is overdue, at most limit entries of each kind and no
// longer than its context lets it. One entry's failure does not stop the rest,
// nor do any number of them: entries that fail in every sweep, or renders that
// take all the time, must not keep the others waiting.
func (k Keeper) Sweep(ctx context.Context, limit int) (SweepReport, error) {
	var report SweepReport
	var errs [7]error
	half, done := halfOf(ctx)
	defer done()
	var videos, images, uploads int
	report.Images, errs[0] = k.each(half, OpenImage, limit, &report.Failed, k.MendImage)
	videos, errs[1] = k.each(half, OpenVideoDeletion, limit, &report.Failed, k.finishVideoDeletion)
	images, errs[2] = k.each(half, OpenImageDeletion, limit, &report.Failed, k.finishImageDeletion)
	report.Uploads, errs[3] = k.each(half, OpenUpload, limit, &report.Failed, k.Uploads.MendUpload)
	uploads, errs[4] = k.each(half, OpenUploadDeletion, limit, &report.Failed, k.Uploads.FinishUploadDeletion)
	report.Deletions = videos + images + uploads
	report.Leftovers, errs[5] = k.each(half, OpenLeftovers, limit, &report.Failed, k.clearLeftovers)
	report.Renders, errs[6] = k.each(ctx, OpenRender, limit, &report.Failed, k.MendJob)
	return report, errors.Join(errs[:]...)
}

// halfOf ends half way to the end of ctx.
func halfOf(ctx context.Context) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/2)
}

func (k Keeper) each(ctx context.Context, kind OpenKind, limit int, failed *int, mend func(context.Context, tenant.ID, string) error) (int, error) {
	done, cursor := 0, ""
	now := k.now()
	for {
		page, next, err := k.Index.Overdue(tenant.WithSweep(ctx), kind, now, cursor)
		if err != nil {
			return done, err
		}
		for _, work := range page {
			if done >= limit || ctx.Err() != nil {
				return done, nil
			}
			if err := mend(tenant.WithTenant(ctx, work.Tenant), work.Tenant, work.ID); err != nil {
				*failed++
				k.Warn(tenant.WithTenant(ctx, work.Tenant), fmt.Errorf("mend %s: %w", kind, err))
				continue
			}
			done++
		}
		if next == "" {
			return done, nil
		}
		cursor = next
	}
}

// MendJob looks at one overdue job. The index trails the item, so the item decides.
func (k Keeper) MendJob(ctx context.Context, id tenant.ID, jobID string) error {
	j, err := k.jobs.Job(ctx, id, jobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || j.Status.Ended() || j.DueAt.After(k.now()) {
		return err
	}
	state, err := k.Workflow.State(ctx, j.Execution())
	if err != nil {
		return err
	}
	switch state {
	case ExecutionAbsent:
		return k.begin(ctx, id, j)
	case ExecutionSucceeded:
		return k.conclude(ctx, id, j)
	case ExecutionRunning:
		if j.Status == Queued {
			// It waits for its first step, not for a step's sign of life. Should
			// it wait for ever, its own time limit ends it.
			return ignoreChanged(k.jobs.Postpone(ctx, id, j, k.now().Add(lease)))
		}
	}
	return k.restart(ctx, id, j)
}

// begin starts the execution of a job that was admitted and never started.
func (k Keeper) begin(ctx context.Context, id tenant.ID, j Job) error {
	if err := k.Workflow.Start(ctx, j.Execution(), inputOf(id, j)); err != nil {
		return err
	}
	return ignoreChanged(k.jobs.Postpone(ctx, id, j, k.now().Add(lease)))
}

// restart replaces an execution that died, or that runs without any sign of
// life. Only one caller can replace a given execution.
func (k Keeper) restart(ctx context.Context, id tenant.ID, j Job) error {
	if j.Restarts >= maxRestarts {
		return k.conclude(ctx, id, j)
	}
	err := k.jobs.ReplaceExecution(ctx, id, j, k.now().Add(lease))
	if err != nil {
		return ignoreChanged(err)
	}
	// Should this process die here, the sweeper finds the new execution absent.
	if err := k.Workflow.Stop(ctx, j.Execution()); err != nil {
		k.Warn(ctx, fmt.Errorf("stop execution: %w", err))
	}
	j.Restarts++
	return k.Workflow.Start(ctx, j.Execution(), inputOf(id, j))
}

// conclude ends an attempt that will not go on: with its video if it has one.
func (k Keeper) conclude(ctx context.Context, id tenant.ID, j Job) error {
	_, err := k.Fail(ctx, id, j.ID, j.Attempt, FailureOf(j, string(problem.RenderInterrupted)))
	return err
}

// Ended hears that an execution failed, timed out or was aborted, and restarts
// or ends its job. Executions that are not the job's present one do not matter.
func (k Keeper) Ended(ctx context.Context, execution string, in WorkflowInput) error {
	if !tenant.ValidID(string(in.TenantID)) || !tenant.ValidID(in.JobID) || !strings.HasPrefix(execution, in.JobID) {
		return problem.New(problem.InvalidInput, "The event names no job.")
	}
	ctx = tenant.WithTenant(ctx, in.TenantID)
	j, err := k.jobs.Job(ctx, in.TenantID, in.JobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || j.Status.Ended() || j.Execution() != execution {
		return err
	}
	return k.restart(ctx, in.TenantID, j)
}

// MendImage settles a preview whose function died, by whether its picture is there.
func (k Keeper) MendImage(ctx context.Context, id tenant.ID, imageID string) error {
	image, err := k.Images.OpenImage(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || image.Settled {
		return err
	}
	var made bool
	if image.Stored, made, err = k.Files.Size(ctx, id, image.Object); err != nil {
		return err
	}
	return ignoreChanged(settleImage(ctx, k.Images, id, image, made, k.now()))
}

func inputOf(id tenant.ID, j Job) WorkflowInput {
	return WorkflowInput{TenantID: id, JobID: j.ID, Attempt: j.Attempt}
}

// ignoreChanged: when another process was faster, the work is done.
func ignoreChanged(err error) error {
	if errors.Is(err, metering.ErrChanged) {
		return nil
	}
	return err
}

// EndedEvent is EventBridge's "Step Functions Execution Status Change", as far
// as it matters here.
type EndedEvent struct {
	Detail struct {
		Name   string `json:"name"`   // of the execution
		Status string `json:"status"` // FAILED, TIMED_OUT or ABORTED
		Input  string `json:"input"`  // WorkflowInput, JSON
	} `json:"detail"`
}

// Hear reads the event and sees to its job.
func (k Keeper) Hear(ctx context.Context, e EndedEvent) error {
	var in WorkflowInput
	if err := json.Unmarshal([]byte(e.Detail.Input), &in); err != nil {
		return problem.Wrap(problem.InvalidInput, "The event holds no input.", err)
	}
	return k.Ended(ctx, e.Detail.Name, in)
}

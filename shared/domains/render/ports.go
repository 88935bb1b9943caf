package render

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Basis is what an admission is decided on, read in one strongly consistent call.
type Basis struct {
	Tenant  tenant.Tenant
	Source  Source           // of the project as it is, or the copy that a job has
	Counter metering.Counter // of the month asked for
	Gone    []string         // of a retry: the uploads and previews that its copy names and that are not there any more
	Now     *Source          // of a retry after a refused description: the project as it is; nil when it is gone
}

// AdmissionStore admits renders. Each Admit method is one transaction, with the
// errors of metering.Bid.Write, and ProjectNotReady when a picture or sound
// that the source names is not there.
type AdmissionStore interface {
	// Basis reads the tenant, the project, copied, and what a month has taken.
	// Errors: NotFound.
	Basis(ctx context.Context, id tenant.ID, projectID string, p metering.Period) (Basis, error)
	// AdmitJob stores a new job and its source.
	AdmitJob(ctx context.Context, id tenant.ID, j Job, source Source, a metering.Admission) error
	// RetryBasis reads the job, and for a retry what Basis does. Errors: NotFound.
	RetryBasis(ctx context.Context, id tenant.ID, jobID string, p metering.Period) (Job, Basis, error)
	// ReadmitJob queues j.Attempt of a job that ended attempt j.Attempt-1
	// without success, with j's warnings, and stores what it renders now. Errors: as above, Conflict when another call did so first.
	ReadmitJob(ctx context.Context, id tenant.ID, j Job, source Source, a metering.Admission) error
}

// Settlement ends an attempt.
type Settlement struct {
	Job     Job // as read; the transaction fails when a part was recorded since
	Status  Status
	Failure *Failure // nil on success
	Row     metering.Row
	Charged metering.Amounts // stored units, by all attempts, this one included
	Unpaid  metering.Amounts // see Job
	At      time.Time        // when the attempt ended
	Again   time.Time        // when the sweeper looks for leftovers; zero for never
}

// JobStore keeps jobs. Every method touches the tenant's own partition only.
type JobStore interface {
	// Job reads a job, strongly consistent. Errors: NotFound.
	Job(ctx context.Context, id tenant.ID, jobID string) (Job, error)
	// Jobs reads a page, newest first, after the given id ("" is the start).
	// next is "" on the last page.
	Jobs(ctx context.Context, id tenant.ID, limit int, after string) (page []Job, next string, err error)
	// Source reads the copy that a job renders. Errors: NotFound.
	Source(ctx context.Context, id tenant.ID, jobID string) (Source, error)

	// BeginJob marks an attempt as running. Errors: Canceled when the attempt
	// is over or replaced.
	BeginJob(ctx context.Context, id tenant.ID, jobID string, attempt int, now, due time.Time) error
	// Beat says that an attempt is alive, and how many frames the named part
	// has ("" says nothing). Errors: Canceled when the attempt is over.
	Beat(ctx context.Context, id tenant.ID, jobID string, attempt int, part string, frames int, due time.Time) error
	// RecordPart records a finished part; recording it again changes nothing, and
	// only one that Replaces the recorded one takes its place.
	// Errors: Canceled when the attempt is over.
	RecordPart(ctx context.Context, id tenant.ID, jobID string, attempt int, p Part) error
	// RecordVideo records the finished video. Errors: Canceled.
	RecordVideo(ctx context.Context, id tenant.ID, jobID string, attempt int, v Video) error
	// RecordWarning adds a warning once per code and scene. Errors: Canceled.
	RecordWarning(ctx context.Context, id tenant.ID, jobID string, attempt int, w Warning) error
	// RecordTrouble notes what a step failed with. Errors: Canceled.
	RecordTrouble(ctx context.Context, id tenant.ID, jobID string, attempt int, f Failure) error

	// SettleJob ends an attempt in one transaction. Errors: ErrChanged when the
	// job is not as read.
	SettleJob(ctx context.Context, id tenant.ID, s Settlement) error
	// Replace counts a restart of the execution r.Execution() and
	// moves the due time. Errors: ErrChanged when another did so.
	Replace(ctx context.Context, r workflow.Run, due time.Time) error
	// Postpone moves the due time of an unfinished attempt. Errors: ErrChanged.
	Postpone(ctx context.Context, r workflow.Run, due time.Time) error
	// ForgetVideo marks the files of an ended job as deleted, which the sweeper
	// sees to from due on, and returns the job. Errors: NotFound, JobStillRunning.
	ForgetVideo(ctx context.Context, id tenant.ID, jobID string, due time.Time) (Job, error)
	// ReleaseVideo gives back what a deleted job had stored, once. Unless again is
	// zero, the sweeper looks for leftovers then. Errors: ErrChanged when it was
	// given back already.
	ReleaseVideo(ctx context.Context, id tenant.ID, j Job, row metering.Row, again time.Time) error
	// Closed says that nothing is left to do for an ended job. Errors: ErrChanged
	// when it is not as read.
	Closed(ctx context.Context, id tenant.ID, j Job) error
}

// Files keeps a tenant's objects. Names are below the tenant's prefix.
//
// Errors: StorageFull when a local disk is full, Unavailable for outages.
type Files interface {
	PutFile(ctx context.Context, id tenant.ID, name, path, contentType string) error
	PutBytes(ctx context.Context, id tenant.ID, name string, data []byte, contentType string) error
	// GetFile stores an object at path. Errors: NotFound.
	GetFile(ctx context.Context, id tenant.ID, name, path string) error
	// GetBytes reads a small object. Errors: NotFound.
	GetBytes(ctx context.Context, id tenant.ID, name string) ([]byte, error)
	// Size returns an object's size in bytes; ok is false when there is none.
	Size(ctx context.Context, id tenant.ID, name string) (size int64, ok bool, err error)
	// Remove deletes objects; absent ones do not matter.
	Remove(ctx context.Context, id tenant.ID, names ...string) error
	// RemoveAll deletes every object below a prefix.
	RemoveAll(ctx context.Context, id tenant.ID, prefix string) error
	// Link returns a URL that reads the object for 15 minutes.
	Link(ctx context.Context, id tenant.ID, name string) (string, error)
	// SaveLink is a Link that a browser saves as filename instead of showing it.
	SaveLink(ctx context.Context, id tenant.ID, name, filename string) (string, error)
}

// noSuchJob answers an absent job and another tenant's alike.
func noSuchJob() error { return problem.New(problem.NotFound, "There is no such job.") }

package publish

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Basis is what a start is decided on, read in one strongly consistent call.
type Basis struct {
	Tenant  tenant.Tenant
	Project bool       // there is such a project
	Render  render.Job // zero when there is none
	Channel channel.Connection
	Running int64 // publications of the tenant that have not ended
	// Holders are the ids of the publications that have the video: they have not
	// ended, or failed after they may have sent the last byte.
	Holders []string
}

// Admission is what must hold when a start is written: the tenant and its channel
// are as read, the video is there and has the holders that were read, and no more
// than AtOnce run. The job is one of the holders then.
type Admission struct {
	Basis Basis
	Claim idempotency.Claim // the zero Claim: the request had no key
	At    time.Time
}

// The errors of a Store beside problems.
var (
	// ErrBasisChanged: what an admission rests on is not as it was read.
	ErrBasisChanged = errors.New("publish: what the admission rests on has changed")
	// ErrTooMany: as many publications run as may.
	ErrTooMany = errors.New("publish: too many at once")
	// ErrChanged: the job is not as it was read.
	ErrChanged = errors.New("publish: the job has changed")
)

// Settlement ends an attempt.
type Settlement struct {
	Job     Job // as read
	Status  render.Status
	Failure *render.Failure // nil on success
	At      time.Time
	Act     *audit.Entry // of a video that was published
}

// Holds reports whether the video stays the job's, although the job ends: there may
// be a video at YouTube that only this job's retry can find.
func (s Settlement) Holds() bool { return s.Status == render.Failed && s.Job.Upload.Last }

// Listed is one of a list of jobs: exactly one of the two.
type Listed struct {
	Render      *render.Job
	Publication *Job
}

// Store keeps publications, in the tenant's own partition. Methods that take a
// workflow.Input answer Canceled when that attempt is over.
type Store interface {
	idempotency.Claims

	// Basis reads what a new publication rests on.
	Basis(ctx context.Context, id tenant.ID, projectID, renderID string) (Basis, error)
	// Admit stores a new job. Errors: ErrBasisChanged, ErrTooMany,
	// idempotency.ErrClaimed.
	Admit(ctx context.Context, id tenant.ID, j Job, a Admission) error
	// RetryBasis reads a job and what its next attempt rests on. Errors: NotFound.
	RetryBasis(ctx context.Context, id tenant.ID, jobID string) (Job, Basis, error)
	// Readmit queues j.Attempt of a job that ended attempt j.Attempt-1 without
	// success. Errors: as Admit, and Conflict when another call did so first.
	Readmit(ctx context.Context, id tenant.ID, j Job, a Admission) error

	// Publication reads a job, strongly consistent. Errors: NotFound.
	Publication(ctx context.Context, id tenant.ID, jobID string) (Job, error)
	// Both reads a page of jobs of either kind, newest first, after the given id.
	Both(ctx context.Context, id tenant.ID, limit int, after string) (page []Listed, next string, err error)

	// Begin marks an attempt as running and returns the job.
	Begin(ctx context.Context, in workflow.Input, now, due time.Time) (Job, error)
	// Opened stores the address of session u.Session, with nothing sent, if the one
	// before it is the latest and has had no last byte. Errors: ErrChanged.
	Opened(ctx context.Context, in workflow.Input, u Upload) error
	// Sent says how many bytes YouTube has, and that the attempt is alive.
	Sent(ctx context.Context, in workflow.Input, bytes int64, due time.Time) error
	// Last says that the last byte goes to this session now. Errors: ErrChanged when
	// another one was opened.
	Last(ctx context.Context, in workflow.Input, session int, due time.Time) error
	// Published records the video; recording the same again changes nothing.
	Published(ctx context.Context, in workflow.Input, videoID string) error
	// Trouble notes what a step failed with, and whether nobody knows if there is a
	// video.
	Trouble(ctx context.Context, in workflow.Input, f render.Failure, lost bool) error

	// Settle ends an attempt in one transaction, and gives the video free unless the
	// job holds it. Errors: ErrChanged, also when one that ends without success has
	// sent the last byte since it was read.
	Settle(ctx context.Context, id tenant.ID, s Settlement) error
	// Replace counts a restart of the execution r.Execution() and moves the due
	// time. Errors: ErrChanged when another did so.
	Replace(ctx context.Context, r workflow.Run, due time.Time) error
	// Postpone moves the due time of an unfinished attempt. Errors: ErrChanged.
	Postpone(ctx context.Context, r workflow.Run, due time.Time) error
}

// Files reads the video.
type Files interface {
	// Range reads count bytes of an object, from an offset on. Errors: NotFound.
	Range(ctx context.Context, id tenant.ID, name string, from, count int64) ([]byte, error)
}

// Details are what a video is called at YouTube.
type Details struct {
	Title, Description string
	Privacy            Privacy
}

// Standing is where an upload session stands.
type Standing struct {
	Received int64  // bytes, from the first on
	VideoID  string // once all of it has arrived
}

// The errors of a Site beside problems.
var (
	// ErrSessionGone: YouTube does not know the session (any more).
	ErrSessionGone = errors.New("publish: the upload session is gone")
	// ErrSessionRefused: the session is known, and refuses what nothing is wrong with.
	ErrSessionRefused = errors.New("publish: the upload session refuses")
	// ErrAccess: the access token is not accepted.
	ErrAccess = errors.New("publish: the access token is refused")
)

// Site is YouTube's resumable upload. Errors of all methods: ErrAccess,
// PublishFailed with what YouTube says, final when it would say so again, and
// Unavailable for what may pass.
type Site interface {
	// Open begins a session for a video of so many bytes. No video comes of it
	// before the last byte arrives.
	Open(ctx context.Context, access string, d Details, size int64) (session string, err error)
	// Ask asks a session where it stands. Errors: ErrSessionGone, ErrSessionRefused.
	Ask(ctx context.Context, access, session string, size int64) (Standing, error)
	// Send sends a piece that begins at from. Errors: ErrSessionGone.
	Send(ctx context.Context, access, session string, from int64, piece []byte, size int64) (Standing, error)
}

// noSuchJob answers an absent job and another tenant's alike.
func noSuchJob() error { return problem.New(problem.NotFound, "There is no such job.") }

// Over is what a step is told whose attempt was canceled, ended or replaced.
func Over() error { return problem.New(problem.Canceled, "This attempt of the publication is over.") }

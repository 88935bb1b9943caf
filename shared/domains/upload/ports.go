package upload

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Store keeps uploads. Every method touches the tenant's own partition only.
type Store interface {
	idempotency.Claims
	// TenantMonth reads the tenant and what a month has taken, strongly consistent.
	// Errors: NotFound.
	TenantMonth(ctx context.Context, id tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error)
	// AdmitUpload stores a new upload in one transaction, with the errors of
	// metering.Bid.Write.
	AdmitUpload(ctx context.Context, id tenant.ID, u Upload, a metering.Admission) error
	// Upload reads one in any state, deleted ones too. Errors: NotFound.
	Upload(ctx context.Context, id tenant.ID, uploadID string) (Upload, error)
	// Uploads reads a page, newest first, after the given id ("" is the start),
	// deleted ones too. next is "" on the last page.
	Uploads(ctx context.Context, id tenant.ID, limit int, after string) (page []Upload, next string, err error)
	// CheckUpload makes an open upload one that is being checked, which the sweeper
	// looks at again when it is due. Errors: metering.ErrChanged when it has ended or
	// was deleted, idempotency.ErrClaimed.
	CheckUpload(ctx context.Context, id tenant.ID, uploadID string, due, at time.Time, claim idempotency.Claim) error
	// SettleUpload ends the reservation of an open upload, once; u says what
	// has become of it. Errors: metering.ErrChanged when it has ended or was deleted.
	SettleUpload(ctx context.Context, id tenant.ID, u Upload, row metering.Row) error
	// ForgetUpload marks an upload as deleted, which the sweeper sees to from due
	// on, and returns it. Doing so again is fine. Errors: NotFound.
	ForgetUpload(ctx context.Context, id tenant.ID, uploadID string, due time.Time) (Upload, error)
	// ReleaseUpload removes a deleted upload and gives back what it holds: row,
	// which is nothing for a rejected one. Errors: metering.ErrChanged when it is
	// gone already.
	ReleaseUpload(ctx context.Context, id tenant.ID, u Upload, row metering.Row) error
}

// Form is what a browser posts a file with: all fields, then the file as "file".
type Form struct {
	URL       string            // where it is posted to
	Fields    map[string]string // in any order, before the file; Content-Type is one of them
	ExpiresAt time.Time         // it is refused from then on
}

// Object is a file in the bucket. Its ETag changes with the content.
type Object struct {
	Size int64  // bytes
	ETag string // as the bucket writes it
}

// ErrReplaced says that an object is no longer the one that was looked at, or
// that there is one already where it was to be copied.
var ErrReplaced = errors.New("upload: the object was replaced meanwhile")

// Files keeps the files. Names are below the tenant's prefix. Errors: Unavailable.
type Files interface {
	// Form signs a form that stores one object of 1 to most bytes, announced as
	// contentType, for as long as given.
	Form(ctx context.Context, id tenant.ID, name, contentType string, most int64, life time.Duration) (Form, error)
	// Find looks an object up; ok is false when there is none.
	Find(ctx context.Context, id tenant.ID, name string) (o Object, ok bool, err error)
	// Read reads length bytes of an object from offset on. Errors: ErrReplaced when it is not o any more.
	Read(ctx context.Context, id tenant.ID, name string, o Object, offset, length int64) ([]byte, error)
	// CopyNew copies o to a name that is free, as contentType. Errors: ErrReplaced.
	CopyNew(ctx context.Context, id tenant.ID, name string, o Object, to, contentType string) error
	// Fetch reads all of o into a file. Errors: ErrReplaced when it is not o any more.
	Fetch(ctx context.Context, id tenant.ID, name string, o Object, path string) error
	// PutNew stores a file under a name that is free. Errors: ErrReplaced.
	PutNew(ctx context.Context, id tenant.ID, name, path, contentType string) error
	// Remove deletes objects; absent ones do not matter.
	Remove(ctx context.Context, id tenant.ID, names ...string) error
	// Link returns a URL that reads the object for 15 minutes.
	Link(ctx context.Context, id tenant.ID, name string) (string, error)
}

// Decoder decodes whole files as a render does. Errors, of all methods:
// problem.UploadRejected for a file that it cannot make anything of, with a
// sentence for its owner; any other says nothing of the file.
type Decoder interface {
	// Still decodes a picture strictly: what is damaged or incomplete is refused.
	Still(ctx context.Context, path string) error
	// Upright decodes a picture as strictly, turns it, and writes it to out in a
	// format that Still takes: JPEG, or PNG where it may be transparent.
	Upright(ctx context.Context, path string, turn Turn, out string) error
	// Sound decodes sound to its end.
	Sound(ctx context.Context, path string) error
}

// Order asks for the check of an upload.
type Order struct {
	TenantID tenant.ID `json:"tenant_id"`
	UploadID string    `json:"upload_id"`
}

// Queue hands orders to the one who decodes. Errors: Unavailable.
type Queue interface {
	Send(ctx context.Context, o Order) error
}

package export

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// The errors of a Store beside problems.
var (
	// ErrRunning: the account makes another export.
	ErrRunning = errors.New("export: another one runs")
	// ErrChanged: the export is not as it was read.
	ErrChanged = errors.New("export: it has changed")
)

// Admission is what is written with a new export.
type Admission struct {
	Claim idempotency.Claim // the zero Claim: the request had no key
	Act   audit.Entry
}

// Settlement ends an export.
type Settlement struct {
	Export  Export // as read
	Status  Status
	Failure string // problem code; "" on success
	At      time.Time
	Expires time.Time   // zero unless it succeeded
	Act     audit.Entry // of the same time
}

// Store keeps exports, in the tenant's own partition. Methods that take a
// workflow.Input answer Canceled when that export has ended.
type Store interface {
	idempotency.Claims

	// Start stores a new export of a tenant that is active and makes none. Errors:
	// ErrRunning, idempotency.ErrClaimed, NotFound for a tenant that is none, or not
	// active.
	Start(ctx context.Context, id tenant.ID, e Export, a Admission) error
	// Running is the id of the export that the tenant makes; "" for none.
	Running(ctx context.Context, id tenant.ID) (string, error)
	// Export reads one, strongly consistent. Errors: NotFound.
	Export(ctx context.Context, id tenant.ID, exportID string) (Export, error)
	// Exports reads a page, newest first, after the given id.
	Exports(ctx context.Context, id tenant.ID, limit int, after string) (page []Export, next string, err error)

	// Begin marks an export as running, at a step, and returns it.
	Begin(ctx context.Context, in workflow.Input, step Step, due time.Time) (Export, error)
	// Beat says that it is alive.
	Beat(ctx context.Context, in workflow.Input, due time.Time) error
	// Planned stores a plan where there is none, of an active tenant. Errors:
	// ErrChanged, tenant.ErrFrozen, tenant.ErrGone.
	Planned(ctx context.Context, in workflow.Input, p Plan, due time.Time) error
	// Made notes that the archive of a plan is whole. Errors: ErrChanged.
	Made(ctx context.Context, in workflow.Input, p Plan, due time.Time) error
	// Lost drops a plan that cannot be carried out any more, unless it was. Errors:
	// ErrChanged.
	Lost(ctx context.Context, in workflow.Input, p Plan, due time.Time) error
	// Written counts bytes of the archive.
	Written(ctx context.Context, in workflow.Input, bytes int64, due time.Time) error

	// Settle ends an export in one transaction, and lets the tenant make another; as
	// succeeded only one whose plan is made. Its clearing is due at once. Errors:
	// ErrChanged; of one that succeeded also tenant.ErrFrozen, tenant.ErrGone.
	Settle(ctx context.Context, id tenant.ID, s Settlement) error
	// Told notes that the mail is sent.
	Told(ctx context.Context, id tenant.ID, exportID string) error
	// Cleared notes that what an ended export was made from is removed, and when the
	// sweeper is to look again.
	Cleared(ctx context.Context, id tenant.ID, exportID string, due time.Time) error
	// Over notes that nothing of an ended export is left but its item, and when that
	// may go.
	Over(ctx context.Context, id tenant.ID, exportID string, goes time.Time) error
	// Replace counts a restart of the execution r.Execution() and moves the due
	// time. Errors: ErrChanged when another did so.
	Replace(ctx context.Context, r workflow.Run, due time.Time) error
	// Postpone moves the due time of an unfinished export. Errors: ErrChanged.
	Postpone(ctx context.Context, r workflow.Run, due time.Time) error
}

// Item is one item of a tenant's, as it is stored: texts, json.Number, true and
// false, lists, sets as sorted lists, and maps.
type Item struct {
	Partition, Sort string
	Fields          map[string]any
}

// Items reads all that the tables hold of a tenant.
type Items interface {
	// Items visits the items of one of the tenant's two partitions, the smallest key
	// first, a page at a time.
	Items(ctx context.Context, id tenant.ID, credentials bool, visit func(Item) error) error
	// Address is where a user gets mail; false when the user is no member any more.
	Address(ctx context.Context, id tenant.ID, user string) (auth.Address, bool, error)
}

// Object is one version of a file.
type Object struct {
	Name    string // below the tenant's prefix
	Version string // "" in a bucket that keeps none
	Size    int64
	Time    time.Time
}

// Sums are what shows that a file is whole.
type Sums struct {
	CRC32  uint32 `json:"crc32"`
	SHA256 string `json:"sha256"` // hex
}

// Bucket reads the files of a tenant.
type Bucket interface {
	// Objects visits pages of the current versions below a prefix, by name.
	Objects(ctx context.Context, id tenant.ID, prefix string, visit func([]Object) error) error
	// Sums reads the checksums that were written with a version; false for one that
	// was written without. Errors: NotFound.
	Sums(ctx context.Context, id tenant.ID, o Object) (Sums, bool, error)
	// OpenVersion reads count bytes of a version, from an offset on. Errors: NotFound.
	OpenVersion(ctx context.Context, id tenant.ID, o Object, from, count int64) (io.ReadCloser, error)
}

// ErrNoUpload says that storage does not know the upload (any more).
var ErrNoUpload = errors.New("export: there is no such upload")

// Part is one part of an upload.
type Part struct {
	Size int64
	Tag  string
	Sum  string // as storage writes it; "" of storage that lists none
}

// Files is where an archive is written.
type Files interface {
	Bucket
	PutBytes(ctx context.Context, id tenant.ID, name string, data []byte, contentType string) error
	// GetBytes reads a whole file. Errors: NotFound.
	GetBytes(ctx context.Context, id tenant.ID, name string) ([]byte, error)
	// Size is the size of a file; false when there is none.
	Size(ctx context.Context, id tenant.ID, name string) (int64, bool, error)
	// RemoveBelow removes all versions below a prefix, but those of one name.
	RemoveBelow(ctx context.Context, id tenant.ID, prefix, but string) error

	// BeginUpload begins an upload in parts.
	BeginUpload(ctx context.Context, id tenant.ID, name, contentType string) (upload string, err error)
	// PutPart writes a part, over what was there under its number. Errors: ErrNoUpload.
	PutPart(ctx context.Context, id tenant.ID, name, upload string, number int, data []byte) error
	// Parts reads which parts there are, by number. Errors: ErrNoUpload.
	Parts(ctx context.Context, id tenant.ID, name, upload string) (map[int]Part, error)
	// FinishUpload puts the parts together. Errors: ErrNoUpload.
	FinishUpload(ctx context.Context, id tenant.ID, name, upload string, parts map[int]Part) error
	// EndUploads ends all unfinished uploads below a prefix, with their parts.
	EndUploads(ctx context.Context, id tenant.ID, prefix string) error
}

// Links lead to an archive, for 15 minutes.
type Links interface {
	SaveLink(ctx context.Context, id tenant.ID, name, filename string) (string, error)
}

// Entry is one file of an archive.
type Entry struct {
	Path string
	Sums
	Size    int64
	Time    time.Time
	From    string // where its bytes are read
	Version string
	Source  string // what it was made of, for people: the store and the key
}

// Book lists the files of an archive as they are found. It makes their names.
type Book interface {
	// Name is a path that is safe on every system, and that no other file has.
	Name(parts ...string) string
	// Folder is a folder that no other has, for Name.
	Folder(parts ...string) []string
	// Add adds a file to the layout, and to the manifest.
	Add(e Entry) error
	// EndManifest ends the manifest, which is the last file but is not in itself.
	EndManifest() error
	// End adds the manifest, ends the layout, and says how large the archive will be.
	End(manifest Entry) (size int64, err error)
}

// ErrSource says that a file is not what the layout says any more.
var ErrSource = errors.New("export: a file has changed since it was listed")

// Opener reads bytes of what an entry was listed from.
type Opener func(e Entry, offset, count int64) (io.ReadCloser, error)

// Format is what an archive looks like inside: a pure function of its layout.
type Format interface {
	// Begin begins a layout and a manifest.
	Begin(layout, manifest io.Writer) Book
	// Write writes the bytes from one offset of the archive to another. Errors:
	// ErrSource.
	Write(ctx context.Context, w io.Writer, layout io.ReaderAt, size, from, to int64, open Opener) error
	// ManifestName is the manifest's path.
	ManifestName() string
}

// noSuchExport answers an absent export and another tenant's alike.
func noSuchExport() error { return problem.New(problem.NotFound, "There is no such export.") }

// Absent is what a Store answers of an export that is none.
func Absent() error { return noSuchExport() }

// Ended is what a step is told whose export has ended.
func Ended() error { return problem.New(problem.Canceled, "This export is over.") }

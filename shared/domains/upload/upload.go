// Package upload owns a person's own files, pictures for scenes and music for
// videos: what may be uploaded, how one is held against the quota, what is made
// sure of before it is used, and how it goes again. It knows the bucket and the
// store by its ports.
package upload

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Kind is what an upload is used as.
type Kind string

// The kinds.
const (
	Image Kind = "image" // the picture of a scene
	Audio Kind = "audio" // background music
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Image, Audio} }

// Status is the life of an upload: pending becomes checking when its file has
// arrived, and either becomes ready or rejected, once.
type Status string

// The statuses.
const (
	Pending  Status = "pending"  // announced; its file may have arrived
	Checking Status = "checking" // its file has arrived, and is being decoded
	Ready    Status = "ready"    // decoded, and kept
	Rejected Status = "rejected" // it never arrived, or is not what it must be
)

// Statuses lists every status.
func Statuses() []Status { return []Status{Pending, Checking, Ready, Rejected} }

// Open reports whether an upload's end is still to come.
func (s Status) Open() bool { return s == Pending || s == Checking }

// Failure is why an upload was rejected, for a person to read.
type Failure struct {
	Code   problem.Code // that the completion answers with
	Detail string       // what is wrong, and what to do about it
}

// Upload is one file of a person.
type Upload struct {
	ID          string
	Status      Status
	Kind        Kind
	Filename    string           // as announced
	ContentType string           // as announced; what it really is once ready
	Size        int64            // bytes, likewise
	Width       int              // pixels, of a ready picture; 0 for any other
	Height      int              // likewise
	Deleted     bool             // its owner deleted it; it goes when its objects and its storage are given back
	Period      metering.Period  // month of the reservation, also when it settles in a later one
	Reserved    metering.Amounts // stored units
	Stored      int64            // bytes that count as storage; 0 until it is ready
	CreatedAt   time.Time
	DueAt       time.Time // when the sweeper must look; zero once nothing is open
	Failure     *Failure  // of a rejected one
}

// IncomingObject is where a file is posted to. What lies there is not counted.
func IncomingObject(uploadID string) string { return tenant.IncomingFolder + uploadID }

// keptObject is where a file lies that was looked at. It is written once.
func keptObject(uploadID string) string { return render.UploadObject(uploadID) }

// NoSuchUpload answers an absent upload and another tenant's alike.
func NoSuchUpload() error { return problem.New(problem.NotFound, "There is no such upload.") }

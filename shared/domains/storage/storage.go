// Package storage owns what of a tenant's objects counts as stored, and keeps
// what is counted to what is there: the bucket's events say that something
// changed, the bucket itself says what. It knows both by its ports.
package storage

import (
	"context"
	"strings"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
)

// Kind is what objects belong to.
type Kind string

// The kinds of subjects.
const (
	Upload Kind = "upload"
	Image  Kind = "image"
	Job    Kind = "job"
)

// Subject is what is stored and counted as one.
type Subject struct {
	Kind Kind
	ID   string
}

// Objects are the names of what a subject has in the bucket, as far as it counts.
func (s Subject) Objects() []string {
	switch s.Kind {
	case Upload:
		return []string{render.UploadObject(s.ID)}
	case Image:
		return []string{render.ImageObject(s.ID, "")}
	}
	return []string{render.VideoObject(s.ID), render.CaptionsObject(s.ID), render.ThumbnailObject(s.ID)}
}

// place is where an object lies, as its name says.
type place struct {
	tenant   tenant.ID
	name     string // below the tenant's prefix
	subject  Subject
	incoming bool // a file that was posted and not looked at yet
}

// placeOf reads an object's key; ok is false for what does not count: parts of
// videos, and what belongs to no tenant.
func placeOf(key string) (place, bool) {
	owner, name, owned := tenant.ReadObjectKey(key)
	folder, tail, _ := strings.Cut(name, "/")
	id, _, _ := strings.Cut(tail, "/")
	if !owned || !tenant.ValidID(id) {
		return place{}, false
	}
	at := place{tenant: owner, name: name, incoming: name == upload.IncomingObject(id)}
	if at.incoming {
		at.subject = Subject{Upload, id}
		return at, true
	}
	kind, counts := map[string]Kind{tenant.UploadFolder: Upload, tenant.ImageFolder: Image, tenant.JobFolder: Job}[folder+"/"]
	if !counts {
		return place{}, false
	}
	at.subject = Subject{kind, id}
	for _, counted := range at.subject.Objects() {
		if counted == name {
			return at, true
		}
	}
	return place{}, false
}

// Holding is what a subject's item says.
type Holding struct {
	Settled     bool  // made and neither failed nor deleted: what it stores counts
	Open        bool  // may still become so
	Stored      int64 // bytes, as counted
	Corrections int   // so far
}

// Store knows what is counted. Every method touches the tenant's own partition only.
type Store interface {
	// Gone reports whether there is no such account. It may have been erased; or the
	// table may have been restored to before it was made.
	Gone(ctx context.Context, id tenant.ID) (bool, error)
	// Holding reads a subject; an absent one is neither settled nor open.
	Holding(ctx context.Context, id tenant.ID, s Subject) (Holding, error)
	// Correct counts what was found and writes its row, once, if the subject is
	// still as h says. Errors: metering.ErrChanged.
	Correct(ctx context.Context, id tenant.ID, s Subject, h Holding, found int64, row metering.Row) error
}

// Traces knows which accounts were erased, wherever the tables come from.
type Traces interface {
	// Erased reports whether the account's erasure is on record.
	Erased(ctx context.Context, id tenant.ID) (bool, error)
}

// Files knows what is there. Names are below the tenant's prefix.
type Files interface {
	// Size returns an object's size; ok is false when there is none.
	Size(ctx context.Context, id tenant.ID, name string) (size int64, ok bool, err error)
	// Remove deletes objects; absent ones do not matter.
	Remove(ctx context.Context, id tenant.ID, names ...string) error
	// RemoveForGood removes every version and mark of deletion of one object, and then
	// whatever the tenant has begun to upload in parts; there may be nothing.
	RemoveForGood(ctx context.Context, id tenant.ID, name string) error
}

// Package openwork finds and finishes work that was begun and not ended in time.
// An item with open work stands in an index under its kind, with the time from
// which on it is overdue; a sweep hands what is overdue to whoever mends that
// kind. It must not know what any kind is about.
package openwork

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Kind says what is open about an item, and so who mends it. It is part of the
// index's keys, and must hold no "#".
type Kind string

// The kinds. A new one is a line here, a mender, and the item that enters the
// index under it.
const (
	Render         Kind = "RENDER"          // a job that has not ended
	Leftovers      Kind = "LEFTOVERS"       // ended without a video; a late step may still store one
	VideoDeletion  Kind = "VIDEO-DELETION"  // marked as deleted, not yet given back
	Image          Kind = "IMAGE"           // a preview that is being made
	ImageDeletion  Kind = "IMAGE-DELETION"  // marked as deleted, not yet given back
	Upload         Kind = "UPLOAD"          // announced, not yet looked at
	UploadDeletion Kind = "UPLOAD-DELETION" // marked as deleted, not yet given back
	Departure      Kind = "DEPARTURE"       // of a draft that was deleted, whose previews are still to go
	Hook           Kind = "HOOK"            // an event of the payment service, not yet applied
	Subscription   Kind = "SUBSCRIPTION"    // its period is over, and nothing was heard
	Grant          Kind = "GRANT"           // an operator's grant whose time is over
	Publish        Kind = "PUBLISH"         // a publication that has not ended
	Export         Kind = "EXPORT"          // an export that has not ended
	ExportEnd      Kind = "EXPORT-END"      // an export whose archive is to go
	Erasure        Kind = "ERASURE"         // asked for, and not yet done
	Notice         Kind = "NOTICE"          // begun, not yet sent
	Reconcile      Kind = "RECONCILE"       // a tenant whose ledger is to be reconciled
)

// Entry is an item in the index.
type Entry struct {
	Tenant tenant.ID
	ID     string // what follows the kind of item in its key: the id of a job, an image, an upload; "" for a tenant's only one
}

// Index finds work across tenants, with nothing but its ids.
type Index interface {
	// Overdue reads a page of what was due before now, the longest overdue
	// first. It needs a context from tenant.WithSweep. next is "" at the end.
	Overdue(ctx context.Context, kind Kind, now time.Time, cursor string) (page []Entry, next string, err error)
}

// Mender sees to one overdue item. The index trails the items, so the item
// decides whether anything is left to do; one that is gone is no error.
type Mender func(ctx context.Context, id tenant.ID, itemID string) error

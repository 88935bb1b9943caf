package erasure

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Most is how many items one removal takes: they and the count change together, and
// DynamoDB bounds a transaction to 100.
const Most = 90

// ErrElsewhere says that what the directory holds leads to another tenant or user by
// now, and is theirs.
var ErrElsewhere = errors.New("erasure: it is another's by now")

// Held is an item as an erasure sees it.
type Held struct {
	Store  privacy.Store
	Key    string            // as privacy.Of reads it
	Fields map[string]string // its attributes that are texts
	Filed  bool              // of a row of a book: it is in a locked segment
}

// Removal is what goes together.
type Removal struct {
	Items []Held // at most Most, of either table
	// Guards are keys of the directory at which there was nothing, and must not be
	// anything of another's.
	Guards []string
	// User is whose address is among them: it goes only while it leads to them. What
	// leads to a tenant goes only while that is this one.
	User  string
	Run   *workflow.Input // with it, what goes is counted in the same write; nil of a replay
	Users []string        // ids of users that are among the items
	Told  []string        // processors that were told of what goes
	Leads []Lead          // with a run: where what goes leads to, kept in the same write
}

// Items is what both tables hold. Every read is strongly consistent.
type Items interface {
	// Freeze marks every user and key, so that no credential is let in. Doing so again
	// is fine.
	Freeze(ctx context.Context, id tenant.ID) error
	// Open lists the tenant's items with open work.
	Open(ctx context.Context, id tenant.ID) ([]Opened, error)
	// Page reads items of one of the tenant's partitions, named by its prefix, whose
	// sort keys begin with kind, after a sort key ("" is the start). next is "" at the end.
	Page(ctx context.Context, id tenant.ID, partition, kind, after string) (page []Held, next string, err error)
	// Look reads an item of the directory; ok is false when there is none.
	Look(ctx context.Context, key string) (h Held, ok bool, err error)
	// Remove removes items, all or nothing. Errors: ErrElsewhere, ErrOver.
	Remove(ctx context.Context, id tenant.ID, r Removal) error
	// Unseat takes a user from the tenant's roster and from its owners; one who is in
	// neither is fine.
	Unseat(ctx context.Context, id tenant.ID, user auth.UserID) error
}

// Opened is an item with open work.
type Opened struct {
	Kind openwork.Kind
	ID   string
}

// Version is one version of an object, or a mark of its deletion.
type Version struct {
	Name string // whole
	ID   string
	Size int64
}

// Unfinished is a multipart upload that was not completed.
type Unfinished struct{ Name, ID string }

// Objects is what a bucket holds below the tenant's prefix.
type Objects interface {
	// Versions reads the first of all versions and marks, a thousand at most.
	Versions(ctx context.Context, id tenant.ID) ([]Version, error)
	// RemoveVersions removes them for good.
	RemoveVersions(ctx context.Context, id tenant.ID, all []Version) error
	// Unfinished reads the first of all uploads that were not completed.
	Unfinished(ctx context.Context, id tenant.ID) ([]Unfinished, error)
	// Abort ends one with its parts; one that is gone is fine.
	Abort(ctx context.Context, id tenant.ID, u Unfinished) error
}

// Evidence copies rows that are to be kept into the locked bucket.
type Evidence interface {
	// Kinds are those of the data partition's items that are rows.
	Kinds() []string
	// File sees to it that each row is in a segment, and answers how many were in none.
	// Items of other kinds do not matter.
	File(ctx context.Context, id tenant.ID, rows []Held) (int, error)
}

// Locked keeps who was erased where nothing can be changed.
type Locked interface {
	// Put writes a certificate, unless there is one of this erasure; it answers the one
	// that is there.
	Put(ctx context.Context, month, erasureID string, data []byte) ([]byte, error)
	// Mark writes down that an account was erased, by its id alone, so that this can be
	// asked without its certificate. Doing so again is fine.
	Mark(ctx context.Context, id tenant.ID) error
	// Each visits every certificate.
	Each(ctx context.Context, visit func(data []byte) error) error
}

// Certified is where the certificates of a replay are shown.
type Certified interface {
	// Certified shows a certificate on the receipt of its erasure, if the tenant still has
	// that: its end was lost after the certificate was written.
	Certified(ctx context.Context, id tenant.ID, c Certificate) error
}

// Payments ends what a tenant has at the payment service. All of it may be done again.
type Payments interface {
	// Customers are those that the service itself has for the tenant's, by what was
	// written there when they were made, or the next few of them: after is the next of
	// the call before, "" the start, and next is "" at the end. A page may have none. One
	// that was made a moment ago may be missing.
	Customers(ctx context.Context, id tenant.ID, after string) (found []string, next string, err error)
	// End ends every subscription of a customer at once, and deletes the customer.
	End(ctx context.Context, id tenant.ID, customer string) error
}

// Channels ends the access to what a tenant has connected.
type Channels interface {
	// Revoke takes the access back at its giver; one that has ended already is fine, and
	// so is a tenant without a channel.
	Revoke(ctx context.Context, id tenant.ID) error
}

// Stop ends one piece of open work, with its quota settled. One that has ended, or is
// gone, is no error.
type Stop func(ctx context.Context, id tenant.ID, itemID string) error

// Tally counts the items of a removal.
func (r Removal) Tally() Tally {
	t := Tally{}
	for _, h := range r.Items {
		t[Of(h.Store, h.Key)]++
	}
	return t
}

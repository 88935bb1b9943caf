// Package tenant owns what a tenant is, its plan, and the scope that says whose
// data the running request may touch. It must not know how the scope is
// enforced (boot does that for every SDK call).
package tenant

import (
	"errors"
	"time"

	"github.com/oklog/ulid/v2"
)

// ID names a tenant: a ULID (Crockford base32, 26 characters, no delimiter), so
// that no tenant's key prefix can match another's.
type ID string

// Plan is what a tenant pays for.
type Plan string

// The plans of the seed: free 1x, pro 5x, enterprise unlimited.
const (
	Free       Plan = "free"
	Pro        Plan = "pro"
	Enterprise Plan = "enterprise"
)

// Status is the life of a tenant. Only an active one is admitted to anything.
type Status string

// The statuses of a tenant.
const (
	Active Status = "active"
	Frozen Status = "frozen" // erasure has begun; every credential is refused
)

// Tenant is one customer account.
type Tenant struct {
	ID     ID
	Owner  string   // id of the user whose sign-in created it
	Owners []string // ids of the users who own it, sorted; at least one
	// OwnersKept: Owners is what is stored. Else it is an older tenant, whose Owner
	// alone owns it.
	OwnersKept bool
	Plan       Plan // in force: the operator's grant, or what was bought (domain billing)
	Status     Status
	Overrides  map[string]int64 // limits agreed with this tenant alone, by metric, in stored units, or Unlimited
	Revision   int64            // changes with the plan and the overrides
	CreatedAt  time.Time
}

// ErrGone says that the tenant whose data is asked for is there no more. A
// credential that was just let in can meet it: it lives a moment longer.
var ErrGone = errors.New("tenant: gone")

// ErrFrozen says that the tenant's erasure has begun: nothing is written any more
// but what ends things.
var ErrFrozen = errors.New("tenant: frozen")

// Unlimited is the override that takes a limit away.
const Unlimited int64 = -1

// NewID returns a fresh identifier in the form that every id here has: a ULID,
// so that ids sort by creation time (millisecond precision, UTC).
func NewID() string { return ulid.Make().String() }

// IDAt is a fresh identifier of a moment: those of later moments sort after it.
func IDAt(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String()
}

// TimeOf is the moment that an id was made of, to the millisecond; ok is false for
// what is no id.
func TimeOf(id string) (at time.Time, ok bool) {
	read, err := ulid.ParseStrict(id)
	return ulid.Time(read.Time()).UTC(), err == nil
}

// IDPattern is the form of an id: 26 characters of Crockford base32, 128 bits.
const IDPattern = "[0-7][0-9A-HJKMNP-TV-Z]{25}"

// ValidID reports whether s has the form of an id. Anything else is answered
// like an absent one and never reaches a key.
func ValidID(s string) bool {
	_, err := ulid.ParseStrict(s)
	return err == nil && len(s) == ulid.EncodedSize
}

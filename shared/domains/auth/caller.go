package auth

import (
	"slices"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// UserID names a user: a ULID.
type UserID string

// Role is what a user may do inside the tenant.
type Role string

// The roles. The person whose sign-in created the tenant is its owner.
const (
	Owner  Role = "owner"
	Member Role = "member"
)

// Roles lists every role; each covers those after it.
func Roles() []Role { return []Role{Owner, Member} }

// Covers reports whether who has the role may do what is for needed; "" is for
// everybody.
func (r Role) Covers(needed Role) bool {
	own := slices.Index(Roles(), r)
	return needed == "" || own >= 0 && own <= slices.Index(Roles(), needed)
}

// Kind is what kind of principal one is.
type Kind string

// The kinds of principal.
const (
	Person Kind = "user" // somebody who is signed in
	Keyed  Kind = "key"  // a program with an API key
)

// Principal is who acts inside a tenant. Exactly one of User and Key is set.
type Principal struct {
	User    UserID
	Session string // of a person: the session that the credential belongs to
	Email   string // of a person; never logged
	Key     KeyID
}

// Kind says what p is.
func (p Principal) Kind() Kind {
	if p.Key != "" {
		return Keyed
	}
	return Person
}

// Claimant is whose Idempotency-Keys a call uses: a person has the same ones
// after a new sign-in.
func (p Principal) Claimant() string {
	if p.Key != "" {
		return p.Actor()
	}
	return string(p.User) // as it always was: claims outlive a deployment
}

// Actor names p in what is recorded about an act. It tells no name or address.
func (p Principal) Actor() string {
	if p.Key != "" {
		return string(Keyed) + ":" + string(p.Key)
	}
	return string(Person) + ":" + string(p.User)
}

// Caller is who makes a request, as the credential's own item says now: not as
// a token said when it was issued.
type Caller struct {
	Tenant    tenant.ID
	Principal Principal
	Role      Role // of a key: Member
}

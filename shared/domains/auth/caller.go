package auth

import "github.com/devotionalai/platform/shared/domains/tenant"

// UserID names a user: a ULID.
type UserID string

// Role is what a user may do inside the tenant.
type Role string

// The roles. The person whose sign-in created the tenant is its owner.
const (
	Owner  Role = "owner"
	Member Role = "member"
)

// Roles lists every role.
func Roles() []Role { return []Role{Owner, Member} }

// Caller is who makes a request, as the credential's own item says now: not as
// a token said when it was issued.
type Caller struct {
	Tenant  tenant.ID
	User    UserID
	Session string // id of the session that the credential belongs to
	Role    Role
	Email   string // never logged
}

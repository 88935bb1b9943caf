package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Standing is who stands where when a change of members is decided.
type Standing struct {
	Tenant tenant.Tenant
	Caller User // zero when there is no such user
	Target User // likewise; the Caller when he acts on himself
	Seat   Seat // the Target's
}

// lastOwner reports whether u is the only one who owns the tenant.
func (s Standing) lastOwner(u User) bool {
	return u.Role == Owner && !slices.ContainsFunc(s.Tenant.Owners, func(id string) bool { return id != string(u.ID) })
}

// MemberChange is one change of one member, with what it was decided from.
type MemberChange struct {
	Standing
	AsOwner bool // the caller must still be an owner when it is written
	Role    Role // the new one; "" removes the target
	Audit   audit.Entry
}

// MemberStore keeps who belongs to a tenant.
type MemberStore interface {
	// Members lists active members, the newest first, and what the next page begins
	// after; "" is the last page.
	Members(ctx context.Context, t tenant.ID, limit int, after string) ([]User, string, error)
	// Standing reads what a change is decided from. Errors: tenant.ErrGone.
	Standing(ctx context.Context, t tenant.ID, caller, target UserID) (Standing, error)
	// ChangeMember writes a change with its audit entry, all or nothing. With a removal
	// it asks for the erasure of what is of the member (docs/adr/0024). It holds
	// the caller and the target to what was read, and the tenant to one owner at
	// least. Errors: ErrChanged.
	ChangeMember(ctx context.Context, c MemberChange) error
}

// Members works on who belongs to a tenant. Its callers were let in a moment
// ago; what they may do is looked at again in the write.
type Members struct {
	Store MemberStore
	Now   func() time.Time
}

// memberTries is how often a change starts over because others changed the same
// people in between. Each time somebody else got on.
const memberTries = 20

// List lists the active members.
func (m *Members) List(ctx context.Context, t tenant.ID, limit int, after string) ([]User, string, error) {
	return m.Store.Members(ctx, t, limit, after)
}

// SetRole makes a member an owner, or an owner a member. Errors: InvalidInput,
// NotFound, LastOwner, Forbidden, SessionEnded.
func (m *Members) SetRole(ctx context.Context, c Caller, id string, role Role) (User, error) {
	if !slices.Contains(Roles(), role) {
		return User{}, badRole()
	}
	return m.change(ctx, c, id, func(s Standing) (MemberChange, bool) {
		entry := audit.New(m.Now(), audit.RoleChanged, c.Principal.Actor(), c.Principal.Session, id)
		entry.Detail = string(role)
		return MemberChange{Standing: s, AsOwner: true, Role: role, Audit: entry}, s.Target.Role != role
	})
}

// Remove ends a member's membership, and with it the sessions. The address is
// free again, and what is of the member is erased. Errors: NotFound, LastOwner, Forbidden, SessionEnded.
func (m *Members) Remove(ctx context.Context, c Caller, id string) error {
	_, err := m.change(ctx, c, id, func(s Standing) (MemberChange, bool) { return m.removal(c, s), true })
	return err
}

// Leave is Remove of oneself, for whoever is in. Errors: LastOwner, SessionEnded.
func (m *Members) Leave(ctx context.Context, c Caller) error {
	return m.Remove(ctx, c, string(c.Principal.User))
}

func (m *Members) removal(c Caller, s Standing) MemberChange {
	action := audit.MemberRemoved
	if s.Target.ID == s.Caller.ID {
		action = audit.MemberLeft
	}
	return MemberChange{
		Standing: s, AsOwner: action == audit.MemberRemoved,
		Audit: audit.New(m.Now(), action, c.Principal.Actor(), c.Principal.Session, string(s.Target.ID)),
	}
}

// change decides on what is read and writes, until nobody comes in between.
// decide answers whether there is anything to write.
func (m *Members) change(ctx context.Context, c Caller, id string, decide func(Standing) (MemberChange, bool)) (User, error) {
	if !tenant.ValidID(id) {
		return User{}, noMember()
	}
	for range memberTries {
		s, err := m.Store.Standing(ctx, c.Tenant, c.Principal.User, UserID(id))
		if err != nil {
			return User{}, fmt.Errorf("read members: %w", err)
		}
		change, needed := decide(s)
		if err := change.permitted(); err != nil {
			return User{}, err
		}
		if change.Role != "" {
			s.Target.Role = change.Role
		}
		if !needed {
			return s.Target, nil
		}
		if err := m.Store.ChangeMember(ctx, change); !errors.Is(err, ErrChanged) {
			return s.Target, err
		}
	}
	return User{}, busyMembers()
}

// permitted holds a change to what was read: who asks, whom it is about, and
// that an owner is left.
func (c MemberChange) permitted() error {
	if err := c.Caller.admissible(); err != nil {
		return err
	}
	if c.AsOwner && c.Caller.Role != Owner {
		return ownersOnly()
	}
	if c.Target.Status != MemberActive {
		return noMember()
	}
	if c.Role != Owner && c.lastOwner(c.Target) {
		return problem.New(problem.LastOwner, "The account needs an owner. Make another member one first.")
	}
	return nil
}

func noMember() error { return problem.New(problem.NotFound, "There is no such member.") }

func ownersOnly() error {
	return problem.New(problem.Forbidden, "Only an owner of the account may do this.")
}

func badRole() error {
	return problem.Invalid(problem.Field{Field: "role", Message: "must be owner or member"})
}

func busyMembers() error {
	p := problem.New(problem.Unavailable, "Others change the members of this account right now. Try again.")
	p.RetryAfter = 2 * time.Second
	return p
}

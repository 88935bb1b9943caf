// Package auth owns sign-in: mail addresses, magic links, sessions, the tokens
// that stand for them, and the gate that every request passes. Storage and mail
// are behind the ports in ports.go; it knows no HTTP.
package auth

import (
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Rules of a session.
const (
	MaxSessions   = 20                  // of one user; the least recently seen one makes room
	SessionLife   = 30 * 24 * time.Hour // since the last rotation
	RotationGrace = 20 * time.Second    // the previous generation still gets its successor
)

// Session is one signed-in browser. Of its refresh token only the generation
// and its time are kept: the token itself can be computed again.
type Session struct {
	ID         string
	Generation int64 // of its refresh token: 1, and one more with each rotation
	StartedAt  time.Time
	RotatedAt  time.Time // when Generation was issued
	SeenAt     time.Time // last request, to the minute
}

// Visit is what a sign-in tells of where it comes from.
type Visit struct {
	Device  string // like "Firefox on Linux"; "" when it cannot be told
	Address string // network address of the viewer; personal, in no log
}

// Origin is what is kept of where a session comes from.
type Origin struct {
	Visit
	Until time.Time // when it is forgotten; zero: nothing is kept
}

// originRenewed is how often a session that goes on from the same place has its
// origin written again, so that it is not forgotten before the session ends.
const originRenewed = 24 * time.Hour

// Stale reports whether a session that is renewed from a place now has to have
// its origin written. Where nothing is kept, nothing is begun: the session is
// older than this, or erased.
func (o Origin) Stale(from Visit, now time.Time) bool {
	return !o.Until.IsZero() && (o.Visit != from || o.Until.Before(OriginKept(now).Add(-originRenewed)))
}

// OriginKept is until when the origin of a session that is renewed now is kept.
func OriginKept(now time.Time) time.Time { return now.Add(SessionLife + PlaceKept) }

// PlaceKept is how long after its end it is remembered where a session came from:
// for the owner who looks what happened.
const PlaceKept = 90 * 24 * time.Hour

// Expired reports whether the session has gone unused for its whole life.
func (s Session) Expired(now time.Time) bool { return !now.Before(s.RotatedAt.Add(SessionLife)) }

// accepts reports whether a refresh token of that generation still stands for
// the session: the current one, or for RotationGrace the one before.
func (s Session) accepts(generation int64, now time.Time) bool {
	if s.Expired(now) {
		return false
	}
	late := s.Generation == generation+1 && now.Sub(s.RotatedAt) <= RotationGrace
	return s.Generation == generation || late
}

// User is a person inside a tenant, with the sessions that are open.
type User struct {
	ID           UserID
	Tenant       tenant.ID
	Email        Address
	Role         Role
	Status       MemberStatus
	TenantStatus tenant.Status // the tenant's status, kept here so that one call checks both
	CreatedAt    time.Time
	Sessions     []Session
}

// MemberStatus is the life of a user inside the tenant.
type MemberStatus string

// The statuses of a member.
const (
	MemberActive  MemberStatus = "active"
	MemberRemoved MemberStatus = "removed"
)

// admissible refuses a user who is no longer a member, and one whose tenant is
// not active. Errors: SessionEnded, Forbidden.
func (u User) admissible() error {
	switch {
	case u.Status != MemberActive:
		return sessionEnded()
	case u.TenantStatus != tenant.Active:
		return accountClosing()
	}
	return nil
}

// Deposed is what somebody is told whose act as an owner was refused when it was
// written. Errors: SessionEnded, Forbidden.
func (u User) Deposed() error {
	if err := u.admissible(); err != nil {
		return err
	}
	return ownersOnly()
}

// Session returns the open session of that id.
func (u User) Session(id string) (Session, bool) {
	i := slices.IndexFunc(u.Sessions, func(s Session) bool { return s.ID == id })
	if i < 0 {
		return Session{}, false
	}
	return u.Sessions[i], true
}

// makeRoom lists the sessions that must go before one more is opened: those
// expired, and then the least recently seen until MaxSessions-1 are left.
func (u User) makeRoom(now time.Time) []string {
	var gone []string
	var live []Session
	for _, s := range u.Sessions {
		if s.Expired(now) {
			gone = append(gone, s.ID)
		} else {
			live = append(live, s)
		}
	}
	slices.SortFunc(live, func(a, b Session) int {
		if c := a.lastUse().Compare(b.lastUse()); c != 0 {
			return c
		}
		return a.StartedAt.Compare(b.StartedAt)
	})
	for len(live) >= MaxSessions {
		gone = append(gone, live[0].ID)
		live = live[1:]
	}
	return gone
}

// lastUse is the later of the last request and the last rotation: the former
// is kept to the minute only.
func (s Session) lastUse() time.Time {
	if s.RotatedAt.After(s.SeenAt) {
		return s.RotatedAt
	}
	return s.SeenAt
}

// Profile is what a user may know of himself.
type Profile struct {
	User   UserID
	Email  Address
	Tenant tenant.ID
	Role   Role
	Plan   tenant.Plan
}

// Grant is the outcome of a sign-in or refresh.
type Grant struct {
	Access    string        // access token
	ExpiresIn time.Duration // of the access token
	Refresh   string        // refresh token, for the cookie
	Profile   Profile
	Next      string // app path asked for with the link, or ""
}

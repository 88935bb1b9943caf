package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Joining is all that accepting an invitation changes. Its Entry holds the new
// user with the first session, and no link.
type Joining struct {
	Entry
	Invitation Invitation
	Tenant     tenant.Tenant // as read
}

// JoinStore holds what accepting an invitation reads and the one write that it
// makes. All but the first two need a context from tenant.WithSignIn.
type JoinStore interface {
	// Invited finds the tenant and invitation of a token. Errors: ErrAbsent.
	Invited(ctx context.Context, h LinkHash) (tenant.ID, string, error)
	// UserAt finds the user of an address. Errors: ErrAbsent.
	UserAt(ctx context.Context, a Address) (tenant.ID, UserID, error)
	// Invitation reads an invitation, expired or not. Errors: ErrAbsent.
	Invitation(ctx context.Context, t tenant.ID, id string) (Invitation, error)
	// Tenant reads the tenant. Errors: tenant.ErrGone.
	Tenant(ctx context.Context, t tenant.ID) (tenant.Tenant, error)
	// Join consumes the invitation, makes the user and opens the session, all or
	// nothing. Errors: ErrLinkSpent, also when who sent the invitation is no owner any
	// more, and ErrChanged when the address or the tenant is no longer as read.
	Join(ctx context.Context, j Joining) error
}

// Joiner turns a mailed invitation into membership and a session.
type Joiner struct {
	Store  JoinStore
	Tokens *Tokens
	Now    func() time.Time
	// Joined hears of who became a member, once, in a context from tenant.WithSignIn;
	// nil hears nothing. It cannot undo that.
	Joined func(ctx context.Context, u User)
}

// Join accepts the invitation of token, once. An address belongs to one tenant: one
// that has a tenant already keeps it, and the invitation stays as it is. The plan
// was looked at when the invitation was sent and is not again; that who sent it is
// an owner is, or somebody who was removed could let himself in again. A wrong, a
// used, an expired, a withdrawn and a replaced token, and one of a sender who is no
// owner any more, get the one code InvitationInvalid.
// Errors: InvitationInvalid, AddressInUse, AlreadyMember, Forbidden (the account is
// closing), Unavailable.
func (s *Joiner) Join(ctx context.Context, token string, from Visit) (Grant, error) {
	parsed, ok := ParseLinkToken(token)
	if !ok {
		return Grant{}, invitationInvalid()
	}
	for range enterTries {
		grant, err := s.join(ctx, parsed.Hash(), from, s.Now())
		if !errors.Is(err, ErrChanged) {
			return grant, err
		}
	}
	return Grant{}, busyMembers()
}

func (s *Joiner) join(ctx context.Context, h LinkHash, from Visit, now time.Time) (Grant, error) {
	j, err := s.joining(ctx, h, now)
	if err != nil {
		return Grant{}, err
	}
	j.Visit, j.Audit = from, j.entries()
	signer, err := s.Tokens.signer(ctx)
	if err != nil {
		return Grant{}, err
	}
	own := tenant.WithSignIn(ctx, j.Tenant.ID)
	err = s.Store.Join(own, j)
	if errors.Is(err, ErrLinkSpent) {
		return Grant{}, invitationInvalid()
	}
	if err != nil {
		return Grant{}, fmt.Errorf("join: %w", err)
	}
	if s.Joined != nil {
		s.Joined(own, j.User)
	}
	return signer.grant(j.User, j.Session, j.Tenant.Plan, now)
}

// joining says what there is to write, from what the store holds now.
func (s *Joiner) joining(ctx context.Context, h LinkHash, now time.Time) (Joining, error) {
	t, id, err := s.Store.Invited(ctx, h)
	if errors.Is(err, ErrAbsent) {
		return Joining{}, invitationInvalid()
	}
	if err != nil {
		return Joining{}, fmt.Errorf("find invitation: %w", err)
	}
	own := tenant.WithSignIn(ctx, t)
	j := Joining{}
	j.Invitation, err = s.Store.Invitation(own, t, id)
	if errors.Is(err, ErrAbsent) || err == nil && (j.Invitation.Hash != h || !j.Invitation.Open(now)) {
		return Joining{}, invitationInvalid()
	}
	if err != nil {
		return Joining{}, fmt.Errorf("read invitation: %w", err)
	}
	j.Tenant, err = s.Store.Tenant(own, t)
	switch {
	case errors.Is(err, tenant.ErrGone):
		return Joining{}, invitationInvalid()
	case err != nil:
		return Joining{}, fmt.Errorf("read tenant: %w", err)
	case j.Tenant.Status != tenant.Active:
		return Joining{}, accountClosing()
	}
	if err := s.addressIsFree(ctx, j.Invitation); err != nil {
		return Joining{}, err
	}
	j.Entry = Entry{
		Session: Session{ID: tenant.NewID(), Generation: 1, StartedAt: now, RotatedAt: now, SeenAt: now}, At: now,
		User: User{
			ID: UserID(tenant.NewID()), Tenant: t, Email: j.Invitation.Email, Role: j.Invitation.Role,
			Status: MemberActive, TenantStatus: tenant.Active, CreatedAt: now,
		},
	}
	return j, nil
}

func (s *Joiner) addressIsFree(ctx context.Context, i Invitation) error {
	other, _, err := s.Store.UserAt(ctx, i.Email)
	switch {
	case errors.Is(err, ErrAbsent):
		return nil
	case err != nil:
		return fmt.Errorf("find user: %w", err)
	case other == i.Tenant:
		// Most likely by this very invitation, since it was read.
		if _, err := s.Store.Invitation(tenant.WithSignIn(ctx, i.Tenant), i.Tenant, i.ID); errors.Is(err, ErrAbsent) {
			return invitationInvalid()
		}
		return alreadyMember()
	}
	return problem.New(problem.AddressInUse, "This address has an account of its own, and belongs to one only. Nothing was changed. "+
		"Ask for an invitation of another address of yours, or close or leave that account first.")
}

// entries is what joining leaves in the audit trail.
func (j Joining) entries() []audit.Entry {
	who := Principal{User: j.User.ID}.Actor()
	joined := audit.New(j.At, audit.MemberJoined, who, j.Session.ID, j.Invitation.ID)
	joined.Detail = string(j.User.Role)
	return []audit.Entry{joined, audit.New(j.At, audit.SessionOpened, who, j.Session.ID, j.Session.ID)}
}

func invitationInvalid() error {
	return problem.New(problem.InvitationInvalid, "The invitation was used, has expired, was taken back, or a newer one was sent. Ask for a new one.")
}

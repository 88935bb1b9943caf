package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Rules of invitations.
const (
	MaxSeats       = 50 // members and open invitations of a tenant, together
	InvitationLife = 7 * 24 * time.Hour

	// Mails of invitations, so that nobody is pestered: to one address by all
	// tenants together, and by one tenant.
	invitationsPerAddress = 5  // an hour
	invitationsPerTenant  = 20 // an hour
)

// Invitation is one address that may become a member. Its token is mailed and
// kept nowhere.
type Invitation struct {
	ID        string
	Tenant    tenant.ID
	Email     Address
	Role      Role
	By        UserID
	Hash      LinkHash // of the token
	CreatedAt time.Time
	ExpiresAt time.Time
	Mailed    bool // the mail was handed over, or is not to be sent
}

// Open reports whether the invitation still works.
func (i Invitation) Open(now time.Time) bool { return now.Before(i.ExpiresAt) }

// Seat is what an address has in a tenant: at most one of User and Invitation.
type Seat struct {
	Roster     bool // the tenant keeps seats: somebody was invited once
	User       UserID
	Invitation string
}

// Offer is one invitation to be written.
type Offer struct {
	Invitation
	Caller   User        // who invites, an owner
	Seat     Seat        // the address's, as read
	Replaces *Invitation // what was sent to the address before, if it is still there
	Audit    audit.Entry
	Claim    idempotency.Claim
}

// ErrNoSeat is an error of InvitationStore.Invite beside ErrChanged.
var ErrNoSeat = errors.New("as many members and invitations as there may be")

// InvitationStore keeps invitations.
type InvitationStore interface {
	idempotency.Claims
	// Seat reads what an address has in a tenant.
	Seat(ctx context.Context, t tenant.ID, a Address) (Seat, error)
	// Invitation reads an invitation, expired or not. Errors: ErrAbsent.
	Invitation(ctx context.Context, t tenant.ID, id string) (Invitation, error)
	// Invitations lists the open ones, the newest first, and what the next page
	// begins after; "" is the last page.
	Invitations(ctx context.Context, t tenant.ID, now time.Time, limit int, after string) ([]Invitation, string, error)
	// Invite writes an offer with its audit entry and claim, all or nothing. Errors:
	// ErrChanged, ErrNoSeat, idempotency.ErrClaimed, those of User.Deposed.
	Invite(ctx context.Context, o Offer) error
	// Renew replaces the token of an invitation, if that is still before, with the
	// audit entry, all or nothing. Errors: ErrChanged, those of User.Deposed.
	Renew(ctx context.Context, i Invitation, before LinkHash, caller User, entry audit.Entry) error
	// Mailed notes that the mail of an invitation was handed over.
	Mailed(ctx context.Context, i Invitation) error
	// FreeSeats empties the seats of invitations that have expired.
	FreeSeats(ctx context.Context, t tenant.ID, now time.Time) (freed int, err error)
	// Withdraw ends an invitation with its audit entry, all or nothing. Errors:
	// ErrChanged, those of User.Deposed.
	Withdraw(ctx context.Context, i Invitation, caller User, entry audit.Entry) error
	// CountInvitation counts one mail of a tenant, or to an address, whichever is
	// given. It needs a context from tenant.WithNobody.
	CountInvitation(ctx context.Context, t tenant.ID, a Address, limit ratelimit.Limit, now time.Time) (Count, error)
	// Unwanted reports whether an address takes no mail. It needs a context from
	// tenant.WithNobody.
	Unwanted(ctx context.Context, a Address, now time.Time) (bool, error)
}

// Inviter sends and takes back invitations.
type Inviter struct {
	Store  InvitationStore
	Mail   Mailer
	AppURL string // from settings only
	Now    func() time.Time
}

// Invite mails an invitation to email, for seven days. One that was sent to the
// address before works no more. Nothing tells whether the address has an account
// elsewhere, or takes no mail. A claim whose mail was not handed over is no
// Replay: the same invitation is mailed, with another token. Errors: InvalidInput,
// AlreadyMember, TooManyMembers, RateLimited, MailFailed, MailNotSetUp, Forbidden, those of
// idempotency.Explain.
func (s *Inviter) Invite(ctx context.Context, c Caller, email string, role Role, claim idempotency.Claim) (Invitation, error) {
	if role == "" {
		role = Member
	}
	address, err := ParseAddress(email)
	if err != nil {
		return Invitation{}, err
	}
	if role != Owner && role != Member {
		return Invitation{}, badRole()
	}
	made, token, err := s.invite(ctx, c, address, role, claim)
	err = idempotency.Explain(ctx, s.Store, c.Tenant, claim, s.Now(), err)
	if id, again := idempotency.Replayed(err); again {
		if old, readErr := s.Store.Invitation(ctx, c.Tenant, id); readErr == nil && !old.Mailed {
			made, token, err = s.renew(ctx, c, old)
		}
	}
	if err == nil {
		err = s.send(ctx, made, Address(c.Principal.Email), token)
	}
	return made, err
}

// invite writes an invitation, whose token is still to be mailed.
func (s *Inviter) invite(ctx context.Context, c Caller, a Address, role Role, claim idempotency.Claim) (Invitation, LinkToken, error) {
	if a == Address(c.Principal.Email) {
		return Invitation{}, "", alreadyMember()
	}
	if err := s.withinLimits(ctx, c.Tenant, a); err != nil {
		return Invitation{}, "", err
	}
	token := NewLinkToken()
	made, err := s.offer(ctx, c, a, role, token, claim)
	return made, token, err
}

// renew gives an invitation another token, which is still to be mailed: the one
// before reached nobody. Of two who do so at once one is told to try again.
func (s *Inviter) renew(ctx context.Context, c Caller, i Invitation) (Invitation, LinkToken, error) {
	if err := s.withinLimits(ctx, c.Tenant, i.Email); err != nil {
		return Invitation{}, "", err
	}
	token, before := NewLinkToken(), i.Hash
	i.Hash = token.Hash()
	err := s.Store.Renew(ctx, i, before, User{ID: c.Principal.User, Tenant: c.Tenant}, sentEntry(c, i, s.Now()))
	if errors.Is(err, ErrChanged) {
		err = busyMembers()
	}
	return i, token, err
}

func sentEntry(c Caller, i Invitation, now time.Time) audit.Entry {
	entry := audit.New(now, audit.InvitationSent, c.Principal.Actor(), c.Principal.Session, i.ID)
	entry.Detail = string(i.Role)
	return entry
}

// withinLimits counts the mail that is to be sent.
func (s *Inviter) withinLimits(ctx context.Context, t tenant.ID, a Address) error {
	ctx, now := tenant.WithNobody(ctx), s.Now()
	count := func(t tenant.ID, a Address, limit ratelimit.Limit) error {
		count, err := s.Store.CountInvitation(ctx, t, a, limit, now)
		if err == nil {
			_, err = decide(limit, count, now)
		}
		return err
	}
	if err := count(t, "", ratelimit.PerHour(invitationsPerTenant)); err != nil {
		return err
	}
	return count("", a, ratelimit.PerHour(invitationsPerAddress))
}

// offer writes the invitation, on what it finds, until nobody comes in between.
func (s *Inviter) offer(ctx context.Context, c Caller, a Address, role Role, token LinkToken, claim idempotency.Claim) (Invitation, error) {
	for range memberTries {
		now := s.Now()
		o := Offer{
			Invitation: Invitation{
				ID: tenant.NewID(), Tenant: c.Tenant, Email: a, Role: role, By: c.Principal.User, Hash: token.Hash(),
				CreatedAt: now, ExpiresAt: now.Add(InvitationLife),
			},
			Caller: User{ID: c.Principal.User, Tenant: c.Tenant, Email: Address(c.Principal.Email)}, Claim: claim,
		}
		o.Audit = sentEntry(c, o.Invitation, now)
		var err error
		if o.Seat, err = s.Store.Seat(ctx, c.Tenant, a); err != nil {
			return Invitation{}, fmt.Errorf("read seat: %w", err)
		}
		if o.Seat.User != "" {
			return Invitation{}, alreadyMember()
		}
		if o.Seat.Invitation != "" {
			old, err := s.Store.Invitation(ctx, c.Tenant, o.Seat.Invitation)
			if err == nil {
				o.Replaces = &old
			} else if !errors.Is(err, ErrAbsent) {
				return Invitation{}, fmt.Errorf("read invitation: %w", err)
			}
		}
		if err := s.written(ctx, o); !errors.Is(err, ErrChanged) {
			return o.Invitation, err
		}
	}
	return Invitation{}, busyMembers()
}

// written writes an offer. Where there is no seat, those of expired invitations
// are freed first.
func (s *Inviter) written(ctx context.Context, o Offer) error {
	if err := s.Store.Invite(ctx, o); !errors.Is(err, ErrNoSeat) {
		return err
	}
	freed, err := s.Store.FreeSeats(ctx, o.Tenant, s.Now())
	switch {
	case err != nil:
		return err
	case freed == 0:
		return problem.New(problem.TooManyMembers, fmt.Sprintf("Members and open invitations together can be %d. Take an invitation back, or remove a member.", MaxSeats))
	}
	return ErrChanged
}

// send mails an invitation. Where the address wants no mail, Nowhere gets one of no
// worth: without it the time of the answer would tell.
func (s *Inviter) send(ctx context.Context, i Invitation, by Address, token LinkToken) error {
	unwanted, err := s.Store.Unwanted(tenant.WithNobody(ctx), i.Email, s.Now())
	if err == nil {
		shown := i
		if unwanted {
			shown.Email, token = Nowhere, NewLinkToken()
		}
		err = s.Mail.Send(ctx, invitationMail(shown, by, s.AppURL, token))
	}
	switch {
	case err == nil:
		// Without this note the same request again sends the mail again: no reason to
		// say that nothing was done.
		_ = s.Store.Mailed(ctx, i)
		return nil
	case problem.Is(err, problem.InvalidInput) || problem.Is(err, problem.MailNotSetUp), problem.Is(err, problem.Internal) || problem.Is(err, problem.Unavailable):
		return err
	}
	return mailFailed(err)
}

// Get reads an open invitation. Errors: NotFound.
func (s *Inviter) Get(ctx context.Context, t tenant.ID, id string) (Invitation, error) {
	if !tenant.ValidID(id) {
		return Invitation{}, noInvitation()
	}
	i, err := s.Store.Invitation(ctx, t, id)
	if errors.Is(err, ErrAbsent) || err == nil && !i.Open(s.Now()) {
		return Invitation{}, noInvitation()
	}
	return i, err
}

// List lists open invitations.
func (s *Inviter) List(ctx context.Context, t tenant.ID, limit int, after string) ([]Invitation, string, error) {
	return s.Store.Invitations(ctx, t, s.Now(), limit, after)
}

// Withdraw ends an invitation. Errors: NotFound, Forbidden.
func (s *Inviter) Withdraw(ctx context.Context, c Caller, id string) error {
	for range memberTries {
		i, err := s.Get(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		entry := audit.New(s.Now(), audit.InvitationRevoked, c.Principal.Actor(), c.Principal.Session, id)
		if err = s.Store.Withdraw(ctx, i, User{ID: c.Principal.User, Tenant: c.Tenant}, entry); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return busyMembers()
}

func alreadyMember() error {
	return problem.New(problem.AlreadyMember, "This address is a member of the account already.")
}

func noInvitation() error { return problem.New(problem.NotFound, "There is no such invitation.") }

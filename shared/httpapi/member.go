package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// manage is the act of rows that work on the tenant's own credentials.
const manage = tenant.Manage

type memberAnswer struct {
	ID         auth.UserID `json:"id"`
	UserID     auth.UserID `json:"user_id"`
	Email      string      `json:"email"`
	Role       auth.Role   `json:"role"`
	You        bool        `json:"you"` // the one who asks
	JoinedAt   time.Time   `json:"joined_at"`
	LastSeenAt *time.Time  `json:"last_seen_at"` // to the minute; null: not since the last session ended
}

type memberChange struct {
	Role auth.Role `json:"role"`
}

type invitationBody struct {
	Email string    `json:"email"`
	Role  auth.Role `json:"role,omitempty"` // member when absent
}

type invitationAnswer struct {
	ID           string      `json:"id"`
	InvitationID string      `json:"invitation_id"`
	Email        string      `json:"email"`
	Role         auth.Role   `json:"role"`
	InvitedBy    auth.UserID `json:"invited_by"`
	CreatedAt    time.Time   `json:"created_at"`
	ExpiresAt    time.Time   `json:"expires_at"`
}

type acceptBody struct {
	Token string `json:"token"`
}

// The routes of members and invitations.
var (
	MemberList = endpoint[None, Page[memberAnswer]](Route{
		Name: "member-list", Method: "GET", Pattern: "/api/account/members", Credentials: Session, Role: auth.Owner, Act: tenant.Manage, Paged: true, Tag: "Members",
		Summary: "Who belongs to the account",
	})
	MemberInvite = endpoint[invitationBody, invitationAnswer](Route{
		Name: "member-invite", Method: "POST", Pattern: "/api/account/members", Credentials: Session, Role: auth.Owner, Feature: tenant.Members, Act: tenant.Invite, Tag: "Members",
		Summary: "Invite somebody by mail",
		Description: "The invitation works for 7 days and once. Inviting an address again replaces its invitation. The answer does not tell " +
			"whether the address has an account of its own: if it has, accepting is refused and nothing is lost. After mail_failed, the same " +
			"request with its Idempotency-Key mails the same invitation; once that was accepted, replaced or taken back, it answers 404.",
		Rules:      Rules{"email": address()},
		Idempotent: true, Status: http.StatusCreated,
		Problems: []problem.Code{problem.InvalidInput, problem.AlreadyMember, problem.TooManyMembers, problem.MailFailed, problem.MailNotSetUp, problem.NotFound},
	})
	MemberUpdate = endpoint[memberChange, memberAnswer](Route{
		Name: "member-update", Method: "PATCH", Pattern: "/api/account/members/{id}", Credentials: Session, Role: auth.Owner, Act: tenant.Manage, Tag: "Members",
		Summary: "Change a member's role", Description: "It holds from the next call on. The last owner stays one.",
		Problems: []problem.Code{problem.InvalidInput, problem.LastOwner},
	})
	MemberRemove = endpoint[None, None](Route{
		Name: "member-remove", Method: "DELETE", Pattern: "/api/account/members/{id}", Credentials: Session, Role: auth.Owner, Act: tenant.Remove, Tag: "Members",
		Summary: "Remove a member", Description: "Their sessions end at once; what they made stays with the account; their address is erased with all that is theirs alone, and free for an account of its own. The last owner cannot be removed.",
		Problems: []problem.Code{problem.LastOwner},
	})
	MemberLeave = endpoint[None, None](Route{
		Name: "member-leave", Method: "DELETE", Pattern: "/api/account/members/me", Credentials: Session, Act: tenant.Remove, Tag: "Members",
		Summary: "Leave the account", Description: "As when removed. The last owner cannot leave.",
		Problems: []problem.Code{problem.LastOwner},
	})
	InvitationList = endpoint[None, Page[invitationAnswer]](Route{
		Name: "invitation-list", Method: "GET", Pattern: "/api/account/invitations", Credentials: Session, Role: auth.Owner, Act: tenant.Manage, Paged: true, Tag: "Members",
		Summary: "Invitations that wait for an answer",
	})
	InvitationRevoke = endpoint[None, None](Route{
		Name: "invitation-revoke", Method: "DELETE", Pattern: "/api/account/invitations/{id}", Credentials: Session, Role: auth.Owner, Act: tenant.Invite, Tag: "Members",
		Summary: "Take an invitation back",
	})
	InvitationAccept = endpoint[acceptBody, sessionAnswer](Route{
		Name: "invitation-accept", Method: "POST", Pattern: "/api/auth/invitations/accept", Act: tenant.Join, Tag: "Members",
		Summary: "Accept an invitation",
		Description: "Signs the invited address in as a member, and sets the refresh_token cookie. An address that has an account of its own " +
			"gets 409: both the account and the invitation stay as they are.",
		Rules:    Rules{"token": matching(auth.TokenPattern)},
		Secret:   true,
		Problems: []problem.Code{problem.InvalidInput, problem.InvitationInvalid, problem.AddressInUse, problem.AlreadyMember, problem.Forbidden},
	})
)

func memberRoutes() []Route {
	return []Route{
		MemberList.Route, MemberInvite.Route, MemberUpdate.Route, MemberRemove.Route, MemberLeave.Route,
		InvitationList.Route, InvitationRevoke.Route, InvitationAccept.Route,
	}
}

func showMember(u auth.User, c auth.Caller) memberAnswer {
	a := memberAnswer{ID: u.ID, UserID: u.ID, Email: string(u.Email), Role: u.Role, You: u.ID == c.Principal.User, JoinedAt: u.CreatedAt}
	for _, s := range u.Sessions {
		if a.LastSeenAt == nil || s.SeenAt.After(*a.LastSeenAt) {
			a.LastSeenAt = &s.SeenAt
		}
	}
	return a
}

func showInvitation(i auth.Invitation) invitationAnswer {
	return invitationAnswer{
		ID: i.ID, InvitationID: i.ID, Email: string(i.Email), Role: i.Role, InvitedBy: i.By, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt,
	}
}

// ListMembers serves MemberList.
func ListMembers(s *auth.Members) Handler[None, Page[memberAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]memberAnswer, string, error) {
		found, next, err := s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
		all := make([]memberAnswer, len(found))
		for i, u := range found {
			all[i] = showMember(u, in.Caller)
		}
		return all, next, err
	}, func(a memberAnswer) memberAnswer { return a })
}

// UpdateMember serves MemberUpdate.
func UpdateMember(s *auth.Members) Handler[memberChange, memberAnswer] {
	return func(ctx context.Context, in *Request[memberChange]) (memberAnswer, error) {
		u, err := s.SetRole(ctx, in.Caller, in.Path("id"), in.Body.Role)
		return showMember(u, in.Caller), err
	}
}

// RemoveMember serves MemberRemove.
func RemoveMember(s *auth.Members) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.Remove(ctx, in.Caller, in.Path("id"))
	}
}

// LeaveAccount serves MemberLeave.
func LeaveAccount(s *auth.Members) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) { return None{}, s.Leave(ctx, in.Caller) }
}

// InviteMember serves MemberInvite.
func InviteMember(s *auth.Inviter) Handler[invitationBody, invitationAnswer] {
	return repeatable(func(ctx context.Context, in *Request[invitationBody], claim idempotency.Claim) (invitationAnswer, error) {
		i, err := s.Invite(ctx, in.Caller, in.Body.Email, in.Body.Role, claim)
		return showInvitation(i), err
	}, func(ctx context.Context, in *Request[invitationBody], id string) (invitationAnswer, error) {
		i, err := s.Get(ctx, in.Caller.Tenant, id)
		return showInvitation(i), err
	})
}

// ListInvitations serves InvitationList.
func ListInvitations(s *auth.Inviter) Handler[None, Page[invitationAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]auth.Invitation, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, showInvitation)
}

// RevokeInvitation serves InvitationRevoke.
func RevokeInvitation(s *auth.Inviter) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.Withdraw(ctx, in.Caller, in.Path("id"))
	}
}

// AcceptInvitation serves InvitationAccept.
func AcceptInvitation(s *auth.Joiner, secureCookies bool) Handler[acceptBody, sessionAnswer] {
	return func(ctx context.Context, in *Request[acceptBody]) (sessionAnswer, error) {
		if in.Body.Token == "" {
			return sessionAnswer{}, problem.Invalid(problem.Field{Field: "token", Message: "is required"})
		}
		grant, err := s.Join(ctx, in.Body.Token, in.Visit())
		return granted(&in.Call, grant, secureCookies, err)
	}
}

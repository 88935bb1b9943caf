package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
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
			"whether the address has an account of its own: if it has, accepting is refused and nothing is lost.",
		Idempotent: true, Status: http.StatusCreated,
		Problems: []problem.Code{problem.InvalidInput, problem.AlreadyMember, problem.TooManyMembers, problem.MailFailed},
	})
	MemberUpdate = endpoint[memberChange, memberAnswer](Route{
		Name: "member-update", Method: "PATCH", Pattern: "/api/account/members/{id}", Credentials: Session, Role: auth.Owner, Act: tenant.Manage, Tag: "Members",
		Summary: "Change a member's role", Description: "It holds from the next call on. The last owner stays one.",
		Problems: []problem.Code{problem.InvalidInput, problem.LastOwner},
	})
	MemberRemove = endpoint[None, None](Route{
		Name: "member-remove", Method: "DELETE", Pattern: "/api/account/members/{id}", Credentials: Session, Role: auth.Owner, Act: tenant.Remove, Tag: "Members",
		Summary: "Remove a member", Description: "Their sessions end at once; what they made stays with the account; their address is free for an account of its own. The last owner cannot be removed.",
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
		Secret:   true,
		Problems: []problem.Code{problem.InvalidInput, problem.InvitationInvalid, problem.AddressInUse, problem.Forbidden},
	})
)

func memberRoutes() []Route { return nil }

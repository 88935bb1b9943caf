// Package audit owns the record of security-relevant acts: who did what to what,
// when, and whether it was done. An entry holds opaque ids alone, so that it can
// outlive the people in it; what their devices and addresses were stands in the
// item of the session that it names, which an erasure removes.
package audit

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Action names an act. The names are stored and shown: they never change.
type Action string

// The acts.
const (
	AccountCreated    Action = "account.created"
	SessionOpened     Action = "session.opened"
	SessionEnded      Action = "session.ended"
	SessionsEnded     Action = "session.all_ended"
	SessionReused     Action = "session.reused" // an exchanged refresh token came again: the session was ended
	SessionDisplaced  Action = "session.displaced"
	KeyCreated        Action = "key.created"
	KeyRotated        Action = "key.rotated"
	KeyRevoked        Action = "key.revoked"
	InvitationSent    Action = "invitation.sent"
	InvitationRevoked Action = "invitation.revoked"
	MemberJoined      Action = "member.joined"
	MemberRemoved     Action = "member.removed"
	MemberLeft        Action = "member.left"
	RoleChanged       Action = "member.role_changed"
	MailResumed       Action = "mail.resumed"
	TermsChanged      Action = "terms.changed"
	PlanChanged       Action = "plan.changed" // what is in force, by what was bought or lapsed
	InvoicePaid       Action = "invoice.paid"
	SubscriptionEnded Action = "subscription.refused" // a second subscription, ended and refunded
	YouTubeConnected  Action = "youtube.connected"
	YouTubeRevoked    Action = "youtube.disconnected"
	VideoPublished    Action = "video.published"
	ExportAsked       Action = "export.asked"
	ExportMade        Action = "export.made"
	ErasureAsked      Action = "erasure.asked"
	ErasureCanceled   Action = "erasure.canceled"
	ErasureBegun      Action = "erasure.begun" // the account is frozen from here on
	MemberErased      Action = "member.erased"
)

// Result is what became of an act.
type Result string

// The results.
const (
	Done    Result = "done"
	Refused Result = "refused"
)

// Actors that are no principal of a tenant.
const (
	Operator = "operator" // who runs the installation
	Product  = "product"  // the product itself, by its rules
)

// ActorKind is what kind of actor one is.
type ActorKind string

// ActorKinds lists them: the kinds of principal, and those that are none.
func ActorKinds() []ActorKind { return []ActorKind{"user", "key", Operator, Product} }

// Entry is one act.
type Entry struct {
	ID      string // ULID of At: entries sort by time
	At      time.Time
	Action  Action
	Result  Result
	Actor   string // auth.Principal.Actor, Operator or Product
	Session string // the actor's, of a person; else ""
	Target  string // id of what was acted on; "" for the account
	Detail  string // what ids do not say, of a fixed list: a role, a plan; "" for nothing
}

// New makes the entry of an act that is done at now.
func New(now time.Time, action Action, actor, session, target string) Entry {
	return Entry{ID: tenant.IDAt(now), At: now, Action: action, Result: Done, Actor: actor, Session: session, Target: target}
}

// Name is where the entry stands: under the month of its time.
func (e Entry) Name() Name { return Name{In: archive.MonthOf(e.At), ID: e.ID} }

package auth

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Outcomes of a store that its callers tell apart. Every method may also fail
// with problem.Unavailable when the store is down or refuses for load.
var (
	ErrAbsent    = errors.New("absent")
	ErrLinkSpent = errors.New("link used, superseded or expired")
	ErrChanged   = errors.New("changed since it was read")
)

// Count is the outcome of counting one event against a rate.
type Count struct {
	Allowed bool
	Arrival time.Time // theoretical arrival time (GCRA), after the event or as found
}

// LinkStore keeps links that were mailed, and what bounds mailing them.
type LinkStore interface {
	// CountMailCall counts one request for mail of a network address against limit.
	CountMailCall(ctx context.Context, caller string, limit ratelimit.Limit, now time.Time) (Count, error)
	// Suppressed reports whether no sign-in mail is sent to a.
	Suppressed(ctx context.Context, a Address, now time.Time) (bool, error)
	// Mailable reports whether limit lets a be sent one mail more. It changes nothing.
	Mailable(ctx context.Context, a Address, limit ratelimit.Limit, now time.Time) (bool, error)
	// CountMail counts one mail among everybody's against limit. It makes the same
	// calls whatever it finds.
	CountMail(ctx context.Context, limit ratelimit.Limit, now time.Time) (Count, error)
	// PretendMail makes the calls of CountMail and changes nothing.
	PretendMail(ctx context.Context) error
	// Supersede counts one mail to a against limit and, if it is allowed, makes h
	// the only link of a that works. A refusal changes nothing. It answers the link that
	// worked before, "" for none, and makes the same calls whatever it finds.
	Supersede(ctx context.Context, a Address, h LinkHash, limit ratelimit.Limit, now, expires time.Time) (Count, LinkHash, error)
	// PretendSupersede makes the calls of Supersede and changes nothing.
	PretendSupersede(ctx context.Context, a Address) error
	// SaveLink stores a link until it expires, in the place of an older one, if it still
	// is the only one of a that works: what nothing names could be found by nobody, and
	// would outlive the account. A decoy, whose own address is Nowhere, is stored in any
	// case. The calls are the same. Errors: ErrLinkSpent.
	SaveLink(ctx context.Context, a Address, l MagicLink, older LinkHash) error
}

// Mailer sends one mail to one person.
type Mailer interface {
	// Send returns when the mail service has taken the mail. Errors:
	// InvalidInput when the service cannot deliver to such an address at all;
	// MailFailed when it takes no mail from us until an operator has seen to it,
	// MailNotSetUp when it takes none to such an address until then;
	// anything else is an outage.
	Send(ctx context.Context, m Mail) error
}

// Entry is all that one sign-in changes.
type Entry struct {
	Link    MagicLink
	User    User     // as read, without Session; all of it is created when New
	Session Session  // to be opened
	Gone    []string // sessions to be ended
	New     bool     // first sign-in of this address: create tenant, subscription and user
	ByCode  bool     // Guess counted the try, and the code was right
	Visit   Visit    // where the session comes from
	Audit   []audit.Entry
	At      time.Time
}

// SignInStore holds what a sign-in reads and the one write that it makes.
type SignInStore interface {
	// Link returns a stored link, expired or not. Errors: ErrAbsent.
	Link(ctx context.Context, h LinkHash) (MagicLink, error)
	// Current names the one link of a that works; "" is none.
	Current(ctx context.Context, a Address) (LinkHash, error)
	// CountGuess counts a try of a code mailed to a against limit. It makes the same
	// calls whatever it finds.
	CountGuess(ctx context.Context, a Address, limit ratelimit.Limit, now time.Time) (Count, error)
	// PretendCount makes the calls of CountGuess and changes nothing.
	PretendCount(ctx context.Context, a Address) error
	// Guess counts a try on the link, in one conditional write, and returns it as
	// after that: if it is neither used nor expired, the attempt its own, and fewer
	// than MaxCodeTries were made. Errors: ErrLinkSpent, and nothing is changed.
	Guess(ctx context.Context, h LinkHash, attempt AttemptHash, now time.Time) (MagicLink, error)
	// PretendGuess makes the calls of Guess and changes nothing.
	PretendGuess(ctx context.Context, h LinkHash) error
	// UserAt finds the user of an address. Errors: ErrAbsent.
	UserAt(ctx context.Context, a Address) (tenant.ID, UserID, error)
	// User reads a user. Errors: ErrAbsent.
	User(ctx context.Context, t tenant.ID, u UserID) (User, error)
	// Plan reads the plan of a tenant. Errors: tenant.ErrGone.
	Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error)
	// Enter consumes the link and opens the session, both or neither. A link whose
	// tries are used up opens none but ByCode. Errors: ErrLinkSpent, and ErrChanged
	// when the user is no longer as in e.
	Enter(ctx context.Context, e Entry) error
}

// SessionRef names a session: each credential says where its own item is.
type SessionRef struct {
	Tenant  tenant.ID
	User    UserID
	Session string
}

// SessionStore rotates and ends sessions.
type SessionStore interface {
	// Account reads what a refresh needs to know beside the session: the tenant's
	// plan, and where the session was last renewed from. Errors: tenant.ErrGone.
	Account(ctx context.Context, ref SessionRef) (tenant.Plan, Origin, error)
	// Rotate moves the session from generation to the next one and counts that
	// against limit, if the session is at generation, its last rotation is after
	// oldest, its user a member, the tenant active and the rate allows it. It returns the user as
	// after the write, or as found when Count is a refusal; a zero User is one
	// that does not exist.
	Rotate(ctx context.Context, ref SessionRef, generation int64, limit ratelimit.Limit, oldest, now time.Time) (User, Count, error)
	// Renew notes where a session was renewed from. What is gone stays gone.
	Renew(ctx context.Context, ref SessionRef, from Visit, now time.Time) error
	SessionEnder
}

// SessionEnder ends sessions, and records that in the same write: both are done
// or neither.
type SessionEnder interface {
	// End ends one session. Errors: ErrAbsent when it is not open; nothing is
	// recorded then.
	End(ctx context.Context, ref SessionRef, done audit.Entry) error
	// EndAll ends every session of the user if ref is one of them. Errors:
	// ErrAbsent when it is not; nothing is recorded then.
	EndAll(ctx context.Context, ref SessionRef, done audit.Entry) error
}

// LeaverStore ends the session of a token that stands for it.
type LeaverStore interface {
	// User reads a user. Errors: ErrAbsent.
	User(ctx context.Context, t tenant.ID, u UserID) (User, error)
	SessionEnder
}

// OpenSessionStore shows a user's sessions, and ends them.
type OpenSessionStore interface {
	// Opened reads a user, and of each session where it was last renewed from, as far
	// as that is known. Errors: ErrAbsent.
	Opened(ctx context.Context, t tenant.ID, u UserID) (User, map[string]Origin, error)
	// EndOpened ends one session and records that in the same write. Errors: ErrAbsent
	// when it is not open, or was rotated at oldest or before; nothing is recorded then.
	EndOpened(ctx context.Context, ref SessionRef, oldest time.Time, done audit.Entry) error
}

// PlanReader reads a tenant's plan from the tenant's own data.
type PlanReader interface {
	// Plan errors: tenant.ErrGone.
	Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error)
}

// GateStore makes the conditional writes that every request costs.
type GateStore interface {
	// Touch counts a request of ref against limit and notes that the session was
	// seen, if tenant, member and session are alive. It returns the user as after the
	// write, or as found when Count is a refusal; a zero User does not exist.
	Touch(ctx context.Context, ref SessionRef, limit ratelimit.Limit, now time.Time) (User, Count, error)
	// TouchKey counts a request of a key against limit and notes its use, if the
	// item has the hash of ref, or had it before the last rotation and gives it a
	// grace, and tenant and key are alive. It returns the key as
	// after the write, or as found when Count is a refusal; a zero APIKey does not
	// exist.
	TouchKey(ctx context.Context, ref KeyRef, limit ratelimit.Limit, now time.Time) (APIKey, Count, error)
	// CountAddress counts a request of a network address.
	CountAddress(ctx context.Context, address string, limit ratelimit.Limit, now time.Time) (Count, error)
}

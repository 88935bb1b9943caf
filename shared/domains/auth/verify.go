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

// Verifier turns a mailed token into a session.
type Verifier struct {
	Store  SignInStore
	Tokens *Tokens
	Now    func() time.Time
}

// enterTries is how often a sign-in starts over because the user's item changed
// between its read and its write.
const enterTries = 5

// Verify consumes the link of token, once, and opens a session; the first
// sign-in of an address also creates its tenant and user. A wrong, a used, an
// expired and a superseded token get the one code LinkInvalid. Errors:
// LinkInvalid, SessionEnded (the user was removed, the account is gone),
// Forbidden (the account is closing), Unavailable.
func (v *Verifier) Verify(ctx context.Context, token string, from Visit) (Grant, error) {
	parsed, ok := parseLinkToken(token)
	if !ok {
		return Grant{}, linkInvalid()
	}
	now := v.Now()
	link, err := v.Store.Link(ctx, parsed.Hash())
	if errors.Is(err, ErrAbsent) || err == nil && !now.Before(link.ExpiresAt) {
		return Grant{}, linkInvalid()
	}
	if err != nil {
		return Grant{}, fmt.Errorf("read link: %w", err)
	}
	for range enterTries {
		grant, err := v.enter(ctx, link, from, now)
		if !errors.Is(err, ErrChanged) {
			return grant, err
		}
	}
	return Grant{}, problem.New(problem.Unavailable, "Somebody else signs in to this account right now. Try again.")
}

func (v *Verifier) enter(ctx context.Context, link MagicLink, from Visit, now time.Time) (Grant, error) {
	entry, err := v.entry(ctx, link, now)
	if err != nil {
		return Grant{}, err
	}
	entry.Visit, entry.Audit = from, entry.entries()
	user := entry.User
	ctx = tenant.WithSignIn(ctx, user.Tenant)
	plan := tenant.Free
	if !entry.New {
		if plan, err = v.Store.Plan(ctx, user.Tenant); err != nil {
			return Grant{}, fmt.Errorf("read plan: %w", Gone(err))
		}
	}
	signer, err := v.Tokens.signer(ctx)
	if err != nil {
		return Grant{}, err
	}
	if err := v.Store.Enter(ctx, entry); err != nil {
		if errors.Is(err, ErrLinkSpent) {
			return Grant{}, linkInvalid()
		}
		return Grant{}, fmt.Errorf("sign in: %w", err)
	}
	grant, err := signer.grant(user, entry.Session, plan, now)
	grant.Next = link.Next
	return grant, err
}

// entry says what this sign-in has to write, from what the store holds now.
func (v *Verifier) entry(ctx context.Context, link MagicLink, now time.Time) (Entry, error) {
	session := Session{ID: tenant.NewID(), Generation: 1, StartedAt: now, RotatedAt: now, SeenAt: now}
	entry := Entry{Link: link, Session: session, At: now}
	owner, id, err := v.Store.UserAt(ctx, link.Address)
	if errors.Is(err, ErrAbsent) {
		entry.New = true
		entry.User = User{
			ID: UserID(tenant.NewID()), Tenant: tenant.ID(tenant.NewID()), Email: link.Address,
			Role: Owner, Status: MemberActive, TenantStatus: tenant.Active, CreatedAt: now,
		}
		return entry, nil
	}
	if err != nil {
		return Entry{}, fmt.Errorf("find user: %w", err)
	}
	entry.User, err = v.Store.User(tenant.WithSignIn(ctx, owner), owner, id)
	if err != nil {
		return Entry{}, fmt.Errorf("read user: %w", err)
	}
	if err := entry.User.admissible(); err != nil {
		return Entry{}, err
	}
	entry.Gone = entry.User.makeRoom(now)
	return entry, nil
}

// entries is what a sign-in leaves in the audit trail.
func (e Entry) entries() []audit.Entry {
	who := Principal{User: e.User.ID}.Actor()
	var all []audit.Entry
	if e.New {
		all = append(all, audit.New(e.At, audit.AccountCreated, who, e.Session.ID, ""))
	}
	all = append(all, audit.New(e.At, audit.SessionOpened, who, e.Session.ID, e.Session.ID))
	for _, id := range e.Gone {
		all = append(all, audit.New(e.At, audit.SessionDisplaced, audit.Product, "", id))
	}
	return all
}

func linkInvalid() error {
	return problem.New(problem.LinkInvalid, "The link was used, has expired, or a newer one was sent. Ask for a new one.")
}

func accountClosing() error {
	return problem.New(problem.Forbidden, "This account is being closed.")
}

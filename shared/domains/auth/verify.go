package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Verifier turns a mailed token or code into a session.
type Verifier struct {
	Store  SignInStore
	Tokens *Tokens
	Codes  ratelimit.Limit // tries of codes mailed to one address, over all its links
	Now    func() time.Time
	// Entered hears of each session that was opened; nil is nobody.
	Entered func()
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
	parsed, ok := ParseLinkToken(token)
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
	return v.open(ctx, Entry{Link: link, Visit: from, At: now})
}

// Code is what a browser that asked for a link sends in its place.
type Code struct {
	Email   string
	Code    string // as it was typed
	Attempt string // of the browser; "" when it holds none
}

// VerifyCode does the same with the mailed code, in the browser that asked for it
// and in no other. Everything that is wrong gets the one code LinkInvalid. Other
// errors: InvalidInput (no mail address), and those of Verify.
//
// A try is counted before the code is compared, so that no number of callers at
// once compares more than MaxCodeTries. What a stranger can do is bounded so: one
// without the attempt that belongs to the address's current link changes nothing
// and uses nothing up; the writes that he makes are refused ones. He gets an attempt by asking for a link to the address
// himself, which is counted (MailLimits) and replaces the link that was under
// way. With it he may use up the address's tries: the code way is closed until one
// more comes, and the tokens of its owner's next links go on working, because a
// try that Codes refuses is not counted on the link. His chance to be right is that
// of Codes.Burst guesses at once and one more each Codes.Every, in the worst hour
// twice Codes.Burst, among 244 million.
func (v *Verifier) VerifyCode(ctx context.Context, c Code, from Visit) (Grant, error) {
	address, err := ParseAddress(c.Email)
	if err != nil {
		return Grant{}, err
	}
	attempt, ok := parseAttempt(c.Attempt)
	code, well := parseCode(c.Code)
	if !ok || !well {
		return Grant{}, linkInvalid()
	}
	now := v.Now()
	link, err := v.guess(ctx, address, attempt, now)
	if err != nil {
		return Grant{}, err
	}
	if !same(link.Code, attempt.seals(code)) {
		return Grant{}, linkInvalid()
	}
	return v.open(ctx, Entry{Link: link, Visit: from, At: now, ByCode: true})
}

// guess counts a try of the attempt's browser and returns the link that it is
// made on. Its calls are the same whether or not a link is under way, the attempt
// its own, and tries are left: else the work would tell a decoy's attempt from that
// of a link, and so what the request for it did not tell.
func (v *Verifier) guess(ctx context.Context, a Address, attempt Attempt, now time.Time) (MagicLink, error) {
	hash, err := v.Store.Current(ctx, a)
	if err != nil {
		return MagicLink{}, fmt.Errorf("find link: %w", err)
	}
	hash = cmp.Or(hash, LinkToken("").Hash())
	link, err := v.Store.Link(ctx, hash)
	if err != nil && !errors.Is(err, ErrAbsent) {
		return MagicLink{}, fmt.Errorf("read link: %w", err)
	}
	if err != nil || !link.guessable(attempt, now) {
		return v.pretend(ctx, a, hash)
	}
	count, err := v.Store.CountGuess(ctx, a, v.Codes, now)
	if err != nil {
		return MagicLink{}, fmt.Errorf("count tries of codes: %w", err)
	}
	if !count.Allowed {
		return MagicLink{}, cmp.Or(v.Store.PretendGuess(ctx, hash), linkInvalid())
	}
	link, err = v.Store.Guess(ctx, hash, attempt.Hash(), now)
	if errors.Is(err, ErrLinkSpent) {
		return MagicLink{}, linkInvalid()
	}
	if err != nil {
		return MagicLink{}, fmt.Errorf("count try of a code: %w", err)
	}
	return link, nil
}

// pretend makes the calls of a try that may not be made.
func (v *Verifier) pretend(ctx context.Context, a Address, h LinkHash) (MagicLink, error) {
	if err := v.Store.PretendCount(ctx, a); err != nil {
		return MagicLink{}, fmt.Errorf("count no try of codes: %w", err)
	}
	if err := v.Store.PretendGuess(ctx, h); err != nil {
		return MagicLink{}, fmt.Errorf("count no try of a code: %w", err)
	}
	return MagicLink{}, linkInvalid()
}

// open uses the link of e up for a session.
func (v *Verifier) open(ctx context.Context, e Entry) (Grant, error) {
	for range enterTries {
		grant, err := v.enter(ctx, e)
		if errors.Is(err, ErrChanged) {
			continue
		}
		if err == nil && v.Entered != nil {
			v.Entered()
		}
		return grant, err
	}
	return Grant{}, problem.New(problem.Unavailable, "Somebody else signs in to this account right now. Try again.")
}

func (v *Verifier) enter(ctx context.Context, e Entry) (Grant, error) {
	entry, err := v.entry(ctx, e)
	if err != nil {
		return Grant{}, err
	}
	entry.Audit = entry.entries()
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
	grant, err := signer.grant(user, entry.Session, plan, entry.At)
	grant.Next = entry.Link.Next
	return grant, err
}

// entry completes what this sign-in has to write, from what the store holds now.
func (v *Verifier) entry(ctx context.Context, entry Entry) (Entry, error) {
	now, address := entry.At, entry.Link.Address
	entry.Session = Session{ID: tenant.NewID(), Generation: 1, StartedAt: now, RotatedAt: now, SeenAt: now}
	owner, id, err := v.Store.UserAt(ctx, address)
	if errors.Is(err, ErrAbsent) {
		entry.New = true
		entry.User = User{
			ID: UserID(tenant.NewID()), Tenant: tenant.ID(tenant.NewID()), Email: address,
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
	return problem.New(problem.LinkInvalid, "The link or code was used, has expired, is wrong, or a newer one was sent. Ask for a new one.")
}

func accountClosing() error {
	return problem.New(problem.Forbidden, "This account is being closed.")
}

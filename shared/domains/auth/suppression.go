package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// SuppressionReason is why an address is sent no mail. The names are stored and
// shown.
type SuppressionReason string

// The reasons. Released is what is left of one that somebody ended, so that news
// from before then does not bring it back.
const (
	Bounced    SuppressionReason = "bounce"
	Complained SuppressionReason = "complaint"
	Released   SuppressionReason = "released"
)

const (
	// BounceHeld is how long mail that came back stops all mail to an address: a
	// mailbox that was full or mistyped in a server's list may be there again.
	BounceHeld = 7 * 24 * time.Hour
	// ComplaintHeld is how long a complaint stops the sign-in mail that somebody asks
	// for. It stops what we send of ourselves for good; but who pressed the wrong
	// button, and is signed in nowhere, must get in again.
	ComplaintHeld = 7 * 24 * time.Hour
	// ReleaseKept is how long a release is remembered: longer than an event of the
	// mail service can wait in any queue.
	ReleaseKept = 30 * 24 * time.Hour
)

// Suppression is what is known of an address that mail came back from, or that
// complained about mail. The zero value suppresses nothing.
type Suppression struct {
	Address Address
	Reason  SuppressionReason
	At      time.Time // when the mail service saw it, or it was released
	Until   time.Time // when it ends by itself; zero: not by itself
}

// NewSuppression is what the mail service saw at a time.
func NewSuppression(a Address, reason SuppressionReason, at time.Time) Suppression {
	s := Suppression{Address: a, Reason: reason, At: at}
	if reason == Bounced {
		s.Until = at.Add(BounceHeld)
	}
	return s
}

// Holds reports whether the address is sent nothing now that nobody there asked
// for: notices and invitations.
func (s Suppression) Holds(now time.Time) bool {
	told := s.Reason == Bounced || s.Reason == Complained
	return told && (s.Until.IsZero() || now.Before(s.Until))
}

// HoldsSignIn reports whether it is sent no sign-in mail either.
func (s Suppression) HoldsSignIn(now time.Time) bool {
	if s.Reason == Complained {
		return now.Before(s.At.Add(ComplaintHeld))
	}
	return s.Holds(now)
}

// SuppressionReader looks whether an address takes mail.
type SuppressionReader interface {
	// Suppression returns what is known of an address; the zero value when nothing is.
	Suppression(ctx context.Context, a Address) (Suppression, error)
}

// SuppressionStore keeps what the mail service tells.
type SuppressionStore interface {
	// Suppress keeps s unless it is known already: something at least as new, or a
	// complaint, which a bounce does not weaken. kept tells whether it was news.
	Suppress(ctx context.Context, s Suppression) (kept bool, err error)
	// Release ends what holds at now. was tells whether anything did.
	Release(ctx context.Context, a Address, now time.Time) (was bool, err error)
}

// MailboxStore sees to the address of somebody who is signed in.
type MailboxStore interface {
	SuppressionReader
	// Resume ends what holds at now and records that in the tenant, both or neither.
	// Errors: ErrAbsent when nothing holds; nothing is recorded then.
	Resume(ctx context.Context, t tenant.ID, a Address, now time.Time, done audit.Entry) error
}

// ServiceList is the mail service's own list of addresses that it sends nothing to.
type ServiceList interface {
	// Forget takes an address off the list; one that is not on it is fine.
	Forget(ctx context.Context, a Address) error
}

// Mailbox shows people whether their own address takes mail, and has mail sent to
// it again.
type Mailbox struct {
	Store MailboxStore
	List  ServiceList // nil: the mail service has none
	Warn  func(ctx context.Context, err error)
	Now   func() time.Time
}

// Look returns what stops mail to the caller's own address; the zero value when
// nothing does. Errors: Unavailable.
func (m *Mailbox) Look(ctx context.Context, who Caller) (Suppression, error) {
	s, err := m.Store.Suppression(ctx, Address(who.Principal.Email))
	if err != nil {
		return Suppression{}, fmt.Errorf("read mailbox: %w", err)
	}
	if !s.Holds(m.Now()) {
		return Suppression{}, nil
	}
	return s, nil
}

// Resume has mail sent to the caller's own address again. Where mail is sent
// already, it changes nothing. Errors: Unavailable.
func (m *Mailbox) Resume(ctx context.Context, who Caller) error {
	now, own := m.Now(), Address(who.Principal.Email)
	done := audit.New(now, audit.MailResumed, who.Principal.Actor(), who.Principal.Session, string(who.Principal.User))
	if err := m.Store.Resume(ctx, who.Tenant, own, now, done); err != nil && !errors.Is(err, ErrAbsent) {
		return fmt.Errorf("resume mail: %w", err)
	}
	if m.List == nil {
		return nil
	}
	// Our own item is the truth, and what we send goes by no list of the account's. It
	// may be on one that somebody else filled, and asking again takes it off.
	if err := m.List.Forget(ctx, own); err != nil {
		m.Warn(ctx, err)
	}
	return nil
}

// MailFeedback keeps what the mail service tells of addresses.
type MailFeedback struct {
	Store SuppressionStore
	Count func(suppressed int) // for metrics
}

// Take keeps what one event tells. Telling it again changes nothing, and so does
// what is older than a release. Errors: Unavailable, and then the whole event may
// be told again.
func (f *MailFeedback) Take(ctx context.Context, told []Suppression) error {
	news := 0
	for _, s := range told {
		kept, err := f.Store.Suppress(ctx, s)
		if err != nil {
			return fmt.Errorf("suppress address: %w", err)
		}
		if kept {
			news++
		}
	}
	f.Count(news)
	return nil
}

// MailRelease is an operator's.
type MailRelease struct {
	Store SuppressionStore
	List  ServiceList // nil: the mail service has none
	Now   func() time.Time
}

// ReleaseOrder names the address that is to be sent mail again.
type ReleaseOrder struct {
	Email string `json:"email"`
}

// ReleaseOutcome tells whether any mail was stopped.
type ReleaseOutcome struct {
	Released bool `json:"released"`
}

// Release has mail sent to an address again. Errors: InvalidInput, Unavailable.
func (r *MailRelease) Release(ctx context.Context, order ReleaseOrder) (ReleaseOutcome, error) {
	address, err := ParseAddress(order.Email)
	if err != nil {
		return ReleaseOutcome{}, err
	}
	was, err := r.Store.Release(ctx, address, r.Now())
	if err == nil && r.List != nil {
		err = r.List.Forget(ctx, address)
	}
	if err != nil {
		return ReleaseOutcome{}, fmt.Errorf("release address: %w", err)
	}
	return ReleaseOutcome{Released: was}, nil
}

// Guarded sends no mail to an address that is suppressed. Nobody is told: the
// address's owner sees it in the account, and who writes to it may not learn of it.
// The function's act must list the directory's SUPPRESS# as Before.
type Guarded struct {
	Mailer     Mailer
	Suppressed SuppressionReader
	Now        func() time.Time
}

// Send implements Mailer.
func (g Guarded) Send(ctx context.Context, m Mail) error {
	s, err := g.Suppressed.Suppression(tenant.WithNobody(ctx), m.To)
	if err != nil {
		return fmt.Errorf("look up address: %w", err)
	}
	if s.Holds(g.Now()) {
		return nil
	}
	return g.Mailer.Send(ctx, m)
}

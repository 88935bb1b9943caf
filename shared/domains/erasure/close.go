package erasure

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// People are who belongs to an account.
type People interface {
	// Standing reads the account and one of its users. Errors: tenant.ErrGone.
	Standing(ctx context.Context, t tenant.ID, caller, target auth.UserID) (auth.Standing, error)
	// Members lists active members, and what the next page begins after; "" is the
	// last page.
	Members(ctx context.Context, t tenant.ID, limit int, after string) ([]auth.User, string, error)
}

// Closer takes orders to erase an account, and takes them back.
type Closer struct {
	Book    Book
	People  People
	Mail    auth.Mailer // auth.Guarded: who takes no mail stops nothing
	AppURL  string      // from settings only
	CoolOff time.Duration
	Warn    func(ctx context.Context, err error)
	Now     func() time.Time
}

// Asked is what who asked for an erasure is told.
type Asked struct {
	Erasure
	ReceiptURL string
}

// Ask has the caller's account erased after the cool-off, and tells everybody in
// it. A mail that cannot be sent stops nothing: the account shows it too. Errors:
// InvalidInput, SignInAgain, ErasurePending, Forbidden, SessionEnded.
func (s *Closer) Ask(ctx context.Context, c auth.Caller, confirm string) (Asked, error) {
	if given, err := auth.ParseAddress(confirm); err != nil || given != auth.Address(c.Principal.Email) {
		return Asked{}, problem.Invalid(problem.Field{Field: "confirm", Message: "must be the address that you are signed in with"})
	}
	now := s.Now()
	standing, err := s.People.Standing(ctx, c.Tenant, c.Principal.User, c.Principal.User)
	if err != nil {
		return Asked{}, fmt.Errorf("read who asks for an erasure: %w", err)
	}
	if session, open := standing.Caller.Session(c.Principal.Session); !open || now.Sub(session.StartedAt) > Fresh {
		return Asked{}, signInAgain()
	}
	keep, receipt := auth.NewLinkToken(), auth.NewLinkToken()
	e := New(Account, "", c.Principal.User, now, now.Add(s.CoolOff))
	e.Keep, e.Receipt = keep.Hash(), receipt.Hash()
	owner := auth.User{ID: c.Principal.User, Tenant: c.Tenant, Email: auth.Address(c.Principal.Email)}
	entry := audit.New(now, audit.ErasureAsked, c.Principal.Actor(), c.Principal.Session, e.ID)
	if err := s.Book.Create(ctx, owner, e, entry); err != nil {
		return Asked{}, fmt.Errorf("ask for an erasure: %w", err)
	}
	asked := Asked{Erasure: e, ReceiptURL: s.AppURL + "/api/erasures/" + string(receipt)}
	s.tell(ctx, c.Tenant, func(to auth.Address) auth.Mail {
		return closingMail(to, auth.Address(c.Principal.Email), s.AppURL, keep, asked)
	})
	return asked, nil
}

// tell mails everybody in the account. It is done after the act, which stands
// whatever becomes of a mail.
func (s *Closer) tell(ctx context.Context, t tenant.ID, letter func(auth.Address) auth.Mail) {
	after := ""
	for {
		page, next, err := s.People.Members(ctx, t, auth.MaxSeats, after)
		if err != nil {
			s.Warn(ctx, fmt.Errorf("list whom to tell of an erasure: %w", err))
			return
		}
		for _, u := range page {
			if err := s.Mail.Send(ctx, letter(u.Email)); err != nil {
				s.Warn(ctx, fmt.Errorf("tell %s of an erasure: %w", u.ID, err))
			}
		}
		if after = next; next == "" {
			return
		}
	}
}

// Keep takes the account's erasure back: that of the mailed token, if one is
// given, else of the caller, who is an owner. Where none was asked for, a caller
// has what is wanted. Errors: LinkInvalid, ErasureBegun, Forbidden, SessionEnded,
// Unauthenticated.
func (s *Closer) Keep(ctx context.Context, c auth.Caller, mailed string) error {
	if mailed == "" {
		return s.keep(ctx, c.Tenant, "", c)
	}
	token, formed := auth.ParseLinkToken(mailed)
	if !formed {
		return spent()
	}
	t, id, err := s.Book.Kept(tenant.WithNobody(ctx), token.Hash())
	if problem.Is(err, problem.NotFound) {
		return spent()
	}
	if err != nil {
		return fmt.Errorf("look up token: %w", err)
	}
	return s.keep(tenant.WithTenant(ctx, t), t, id, auth.Caller{})
}

// keep takes back what is pending. mailed is the id of the erasure that a mailed
// token takes back; without one the caller asks.
func (s *Closer) keep(ctx context.Context, t tenant.ID, mailed string, c auth.Caller) error {
	now := s.Now()
	found, err := s.Book.Pending(ctx, t)
	switch absent := problem.Is(err, problem.NotFound); {
	case mailed != "" && (absent || err == nil && found.ID != mailed):
		return spent()
	case absent:
		return nil
	case err != nil:
		return fmt.Errorf("read erasure: %w", err)
	}
	entry := audit.New(now, audit.ErasureCanceled, audit.Product, "", found.ID)
	if mailed == "" {
		entry.Actor, entry.Session = c.Principal.Actor(), c.Principal.Session
	}
	if err := s.Book.Cancel(ctx, t, found, now, entry); err != nil {
		return fmt.Errorf("take an erasure back: %w", err)
	}
	s.tell(ctx, t, func(to auth.Address) auth.Mail { return keptMail(to, s.AppURL) })
	return nil
}

// Show returns the account's erasure; the zero Erasure when none is asked for.
func (s *Closer) Show(ctx context.Context, t tenant.ID) (Erasure, error) {
	found, err := s.Book.Pending(ctx, t)
	if problem.Is(err, problem.NotFound) {
		return Erasure{}, nil
	}
	if err != nil {
		return Erasure{}, fmt.Errorf("read erasure: %w", err)
	}
	return found, nil
}

// Receipts show how erasures stand to whoever has their receipts.
type Receipts struct {
	Book Book
	Now  func() time.Time
}

// Show reads a receipt by its token. Errors: NotFound.
func (s *Receipts) Show(ctx context.Context, token string) (Receipt, error) {
	given, formed := auth.ParseLinkToken(token)
	if !formed {
		return Receipt{}, noReceipt()
	}
	found, err := s.Book.Receipt(ctx, given.Hash(), s.Now())
	if problem.Is(err, problem.NotFound) {
		return Receipt{}, noReceipt()
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	return found, nil
}

func noReceipt() error {
	return problem.New(problem.NotFound, "There is no such receipt, or it has ended.")
}

// signInAgain is what a session is told that is too old to end an account.
func signInAgain() error {
	return problem.New(problem.SignInAgain, "Sign in with a new link first: this cannot be undone, and your session began more than an hour ago.")
}

func spent() error {
	return problem.New(problem.LinkInvalid, "This link was used, or what it takes back is over.")
}

// Subjects lists them.
func Subjects() []Subject { return []Subject{Account, Member} }

// Statuses lists them.
func Statuses() []Status { return []Status{Waiting, Running, Erased, Canceled} }

// Steps lists them, in their order, and what is none.
func Steps() []Step {
	return []Step{NothingNow, StepFreeze, StepPayments, StepChannels, StepEvidence, StepObjects, StepItems, StepQuiet, StepScan, StepCertify}
}

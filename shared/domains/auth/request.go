package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// MailLimits bound what is mailed because somebody asked for it.
type MailLimits struct {
	Address ratelimit.Limit // to one mail address
	Caller  ratelimit.Limit // asked for by one network address
	Overall ratelimit.Limit // by everybody together
}

// MailRefusal is why a mail that was asked for is not sent. The names are what a
// metric tells them apart by.
type MailRefusal string

// The refusals.
const (
	MailOfAddress  MailRefusal = "Address"
	MailOfCaller   MailRefusal = "Caller"
	MailOfAll      MailRefusal = "Overall"
	MailSuppressed MailRefusal = "Suppressed"
	MailOdd        MailRefusal = "Undeliverable" // the mail service takes no mail to it
	MailUnverified MailRefusal = "Unverified"    // the mail service takes no such mail from us yet
	MailSandboxed  MailRefusal = "Sandboxed"     // the mail service takes mail to verified addresses alone yet
	MailUnsent     MailRefusal = "Unsent"        // the mail service failed, or refused us
)

// LinkRequester mails sign-in links.
type LinkRequester struct {
	Links   LinkStore
	Mail    Mailer
	AppURL  string // from settings only; no header of a request has a say
	Limits  MailLimits
	Refused *ratelimit.Refusals // callers; nil: each refusal asks the store
	Count   func(MailRefusal)   // for metrics; may be nil
	Mailed  func()              // the same, of a mail to the address that was asked for
	Life    time.Duration       // of a link
	Now     func() time.Time
}

// Request mails a link and a code to email and makes every earlier one useless.
// It answers what the browser that asks must hold for the code to work: always a
// new one, whatever it brought. caller is the network address that asks.
//
// Outcome and work are the same for every address, known or not: it makes the
// same calls when the address had its share of mails, when everybody together
// had theirs, when no mail is sent to it, and when the mail service cannot
// deliver to it. Then a decoy is stored and mailed, which signs nobody in. A
// difference would tell who is signing in. The one limit that is told is the
// caller's, who knows it already. Errors: InvalidInput, RateLimited (the
// caller), MailFailed, MailNotSetUp, Unavailable. With MailFailed comes the attempt:
// the mail may be on its way all the same.
func (r *LinkRequester) Request(ctx context.Context, email, next, caller string) (Attempt, error) {
	address, err := ParseAddress(email)
	if err != nil {
		return "", err
	}
	if next, err = parseNext(next); err != nil {
		return "", err
	}
	now := r.Now()
	if err := r.countCaller(ctx, caller, now); err != nil {
		return "", err
	}
	token, attempt, code := NewLinkToken(), newAttempt(), newCode()
	link := MagicLink{
		Hash: token.Hash(), Address: address, Next: next, ExpiresAt: now.Add(r.Life),
		Attempt: attempt.Hash(), Code: attempt.seals(code),
	}
	older, mailed, err := r.current(ctx, link, now)
	if err != nil {
		return "", err
	}
	if !mailed {
		// No mail-rate item names this link, so it works nowhere; nor is what is
		// mailed what is stored.
		link.Address, token, code = Nowhere, NewLinkToken(), newCode()
	}
	err = r.Links.SaveLink(ctx, address, link, cmp.Or(older, NewLinkToken().Hash()))
	if errors.Is(err, ErrLinkSpent) { // a newer one is on its way, or the account is being erased
		link.Address, token, code = Nowhere, NewLinkToken(), newCode()
	} else if err != nil {
		return "", fmt.Errorf("save link: %w", err)
	}
	return attempt, r.send(ctx, signInMail(link.Address, r.AppURL, token, code, r.Life))
}

// countCaller bounds one network address. It remembers whom it refused: that
// makes the work differ for the caller, who is told anyway, and for no address.
func (r *LinkRequester) countCaller(ctx context.Context, caller string, now time.Time) error {
	if d, again := r.Refused.Refused(caller, r.Limits.Caller, now); again {
		r.refused(MailOfCaller)
		return tooMany(d)
	}
	count, err := r.Links.CountMailCall(ctx, caller, r.Limits.Caller, now)
	if err != nil {
		return fmt.Errorf("count mails of a caller: %w", err)
	}
	r.Refused.Note(caller, r.Limits.Caller, now, count.Arrival)
	if !count.Allowed {
		r.refused(MailOfCaller)
	}
	_, err = decide(r.Limits.Caller, count, now)
	return err
}

// current makes link the one of its address that works, or reports that the
// address gets no mail now. The calls are the same either way. What is not mailed
// is not counted among everybody's mail: asking on and on for one address would
// otherwise close sign-in for all. One that passes the look and loses the race for
// the address's last mail is counted, and so was worth a mail to another address.
func (r *LinkRequester) current(ctx context.Context, link MagicLink, now time.Time) (older LinkHash, mailed bool, err error) {
	suppressed, err := r.Links.Suppressed(ctx, link.Address, now)
	if err != nil {
		return "", false, fmt.Errorf("read suppression: %w", err)
	}
	free, err := r.Links.Mailable(ctx, link.Address, r.Limits.Address, now)
	if err != nil {
		return "", false, fmt.Errorf("look at mails: %w", err)
	}
	switch {
	case suppressed:
		return "", false, r.pretend(ctx, link.Address, MailSuppressed)
	case !free:
		return "", false, r.pretend(ctx, link.Address, MailOfAddress)
	}
	all, err := r.Links.CountMail(ctx, r.Limits.Overall, now)
	if err != nil {
		return "", false, fmt.Errorf("count all mails: %w", err)
	}
	if !all.Allowed {
		r.refused(MailOfAll)
		return "", false, r.Links.PretendSupersede(ctx, link.Address)
	}
	count, older, err := r.Links.Supersede(ctx, link.Address, link.Hash, r.Limits.Address, now, link.ExpiresAt)
	if err != nil {
		return "", false, fmt.Errorf("count mails: %w", err)
	}
	if !count.Allowed {
		r.refused(MailOfAddress)
	}
	return older, count.Allowed, nil
}

// pretend makes the calls of a mail that is not sent.
func (r *LinkRequester) pretend(ctx context.Context, a Address, why MailRefusal) error {
	r.refused(why)
	if err := r.Links.PretendMail(ctx); err != nil {
		return fmt.Errorf("count no mail: %w", err)
	}
	return r.Links.PretendSupersede(ctx, a)
}

func (r *LinkRequester) refused(why MailRefusal) {
	if r.Count != nil {
		r.Count(why)
	}
}

// send hands the mail over. That the service cannot deliver to such an address
// is not told: it is the same answer for every address.
func (r *LinkRequester) send(ctx context.Context, m Mail) error {
	err := r.Mail.Send(ctx, m)
	switch {
	case err == nil:
		if m.To != Nowhere && r.Mailed != nil {
			r.Mailed()
		}
		return nil
	case problem.Is(err, problem.InvalidInput):
		r.refused(MailOdd)
		return nil
	case problem.Is(err, problem.Internal):
		r.refused(MailUnsent)
		return err
	case problem.Is(err, problem.MailNotSetUp): // others get in
		r.refused(MailSandboxed)
		return err
	case problem.Is(err, problem.MailFailed): // an operator's: nobody gets in until then
		r.refused(MailUnverified)
	default:
		r.refused(MailUnsent)
	}
	return mailFailed(err)
}

func mailFailed(err error) error {
	return problem.Wrap(problem.MailFailed, "The mail could not be sent. Try again in a minute.", err)
}

package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// LinkRequester mails sign-in links.
type LinkRequester struct {
	Links   LinkStore
	Mail    Mailer
	AppURL  string              // from settings only; no header of a request has a say
	Limit   ratelimit.Limit     // mails per address
	Refused *ratelimit.Refusals // nil: each refusal asks the store
	Life    time.Duration       // of a link
	Now     func() time.Time
}

// Request mails a link to email and makes every earlier link to it useless. Its
// outcome is the same for every address, known or not, and also when the
// address has had its share of mails: a different one would tell who has an
// account, or who is signing in. Errors: InvalidInput, MailFailed, Unavailable.
func (r *LinkRequester) Request(ctx context.Context, email, next string) error {
	address, err := ParseAddress(email)
	if err != nil {
		return err
	}
	if next, err = parseNext(next); err != nil {
		return err
	}
	now, token := r.Now(), newLinkToken()
	link := MagicLink{Hash: token.Hash(), Address: address, Next: next, ExpiresAt: now.Add(r.Life)}
	if _, again := r.Refused.Refused(string(address), r.Limit, now); again {
		return nil
	}
	count, err := r.Links.Supersede(ctx, address, link.Hash, r.Limit, now, link.ExpiresAt)
	if err != nil {
		return fmt.Errorf("count mails: %w", err)
	}
	r.Refused.Note(string(address), r.Limit, now, count.Arrival)
	if !count.Allowed {
		return nil
	}
	if err := r.Links.SaveLink(ctx, link); err != nil {
		return fmt.Errorf("save link: %w", err)
	}
	if err := r.Mail.Send(ctx, signInMail(address, r.AppURL, token, r.Life)); err != nil {
		if problem.Is(err, problem.InvalidInput) || problem.Is(err, problem.Internal) {
			return err
		}
		return problem.Wrap(problem.MailFailed, "The mail could not be sent. Try again in a minute.", err)
	}
	return nil
}

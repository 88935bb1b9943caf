package erasure

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/letter"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// Newcomers tell who joins an account that it is to be erased: everybody else in it was
// told when that was asked for.
type Newcomers struct {
	Book   Book
	Mail   auth.Mailer // auth.Guarded
	AppURL string      // from settings only
	Warn   func(ctx context.Context, err error)
}

// mailTime bounds the mail: whoever joins waits for it, in a function that has ten
// seconds for everything.
const mailTime = 3 * time.Second

// Joined is what an auth.Joiner tells of. It reads the account anew: an erasure that is
// asked for from now on finds the newcomer among the members. A mail that cannot be
// sent stops nothing: the account shows it too.
func (n Newcomers) Joined(ctx context.Context, u auth.User) {
	e, err := n.Book.Pending(ctx, u.Tenant)
	if problem.Is(err, problem.NotFound) {
		return
	}
	if err == nil {
		brief, done := context.WithTimeout(ctx, mailTime)
		defer done()
		err = n.Mail.Send(brief, newcomerMail(u.Email, n.AppURL, e))
	}
	if err != nil {
		n.Warn(ctx, fmt.Errorf("tell %s, who joined, of an erasure: %w", u.ID, err))
	}
}

// newcomerMail has no link that takes the erasure back: its token was mailed, and is
// kept nowhere.
func newcomerMail(to auth.Address, appURL string, e Erasure) auth.Mail {
	lead := "The account at DevotionalAI that you have just joined is to be erased. It goes on " + until(e) + ", and until then it works as before."
	const what = "Everything in it goes: projects, videos, pictures, uploads, its members and their sessions, keys and what was counted. An owner can keep it until then, on the " +
		"account page or by the mail that everybody got who belonged to it when that was asked for."
	const small = "You get this mail because you accepted an invitation to this account."
	link := appURL + "/account"
	return auth.Mail{
		To: to, Subject: "The account that you joined is to be erased",
		Text: strings.Join([]string{"Hello,", "", lead, "", what, "", link, "", small, ""}, "\n"),
		HTML: letter.Letter{Heading: "The account that you joined is to be erased", Lead: lead + " " + what, Button: "Open the account", Link: link, Small: small}.HTML(),
	}
}

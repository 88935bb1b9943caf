package httpapi

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type mailboxAnswer struct {
	Email    string                  `json:"email"`
	Delivers bool                    `json:"delivers"`         // mail is sent to it
	Reason   *auth.SuppressionReason `json:"reason"`           // bounce or complaint; null when mail is sent
	Since    *time.Time              `json:"suppressed_since"` // null when mail is sent
	EndsAt   *time.Time              `json:"suppressed_until"` // when all mail is sent again by itself; null: not by itself
}

// The routes of a person's own mail address.
var (
	MailboxGet = endpoint[None, mailboxAnswer](Route{
		Name: "mailbox-get", Method: "GET", Pattern: "/api/account/mailbox", Credentials: Session, Act: tenant.Mailbox, Tag: "Account",
		Summary: "Whether your address takes our mail", Description: "Mail that came back stops all mail to an address for seven days, sign-in mail included. A complaint stops notices and invitations for good, and for seven days sign-in mail, too.",
	})
	MailboxResume = endpoint[None, mailboxAnswer](Route{
		Name: "mailbox-resume", Method: "POST", Pattern: "/api/account/mailbox/resume", Credentials: Session, Act: tenant.Mailbox, Tag: "Account",
		Summary: "Have mail sent to your address again", Description: "Where mail is sent already, nothing changes.",
	})
)

func mailboxRoutes() []Route { return []Route{MailboxGet.Route, MailboxResume.Route} }

// mailboxOf shows what stops mail to an address; the zero value stops none.
func mailboxOf(c *Call, s auth.Suppression) mailboxAnswer {
	a := mailboxAnswer{Email: c.Caller.Principal.Email, Delivers: s.Reason == ""}
	if a.Delivers {
		return a
	}
	reason, since := s.Reason, s.At.UTC().Truncate(time.Second)
	a.Reason, a.Since = &reason, &since
	if !s.Until.IsZero() {
		until := s.Until.UTC().Truncate(time.Second)
		a.EndsAt = &until
	}
	return a
}

// LookAtMailbox serves MailboxGet.
func LookAtMailbox(m *auth.Mailbox) Handler[None, mailboxAnswer] {
	return func(ctx context.Context, in *Request[None]) (mailboxAnswer, error) {
		found, err := m.Look(ctx, in.Caller)
		return mailboxOf(&in.Call, found), err
	}
}

// ResumeMail serves MailboxResume.
func ResumeMail(m *auth.Mailbox) Handler[None, mailboxAnswer] {
	return func(ctx context.Context, in *Request[None]) (mailboxAnswer, error) {
		return mailboxOf(&in.Call, auth.Suppression{}), m.Resume(ctx, in.Caller)
	}
}

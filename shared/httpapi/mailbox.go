package httpapi

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

type mailboxAnswer struct {
	Email    string     `json:"email"`
	Delivers bool       `json:"delivers"`         // mail is sent to it
	Reason   *string    `json:"reason"`           // bounce or complaint; null when mail is sent
	Since    *time.Time `json:"suppressed_since"` // null when mail is sent
	EndsAt   *time.Time `json:"suppressed_until"` // when mail is sent again by itself; null: not by itself
}

// The routes of a person's own mail address.
var (
	MailboxGet = endpoint[None, mailboxAnswer](Route{
		Name: "mailbox-get", Method: "GET", Pattern: "/api/account/mailbox", Credentials: Session, Act: tenant.Mailbox, Tag: "Account",
		Summary: "Whether your address takes our mail", Description: "Mail that came back, or a complaint about it, stops all mail to an address, sign-in links included.",
	})
	MailboxResume = endpoint[None, mailboxAnswer](Route{
		Name: "mailbox-resume", Method: "POST", Pattern: "/api/account/mailbox/resume", Credentials: Session, Act: tenant.Mailbox, Tag: "Account",
		Summary: "Have mail sent to your address again",
	})
)

func mailboxRoutes() []Route { return nil }

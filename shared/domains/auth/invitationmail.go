package auth

import (
	"strings"

	"github.com/devotionalai/platform/shared/domains/letter"
)

// invitationMail writes the mail that carries an invitation, as signInMail does
// with a link. It names who invites: else nobody could tell it from an
// unwanted mail.
func invitationMail(i Invitation, by Address, appURL string, token LinkToken) Mail {
	const small = "It works once, for 7 days. If you do not know who invites you, ignore this mail: nothing happens without the link."
	link := appURL + "/invitation#token=" + string(token)
	as := "as a member"
	if i.Role == Owner {
		as = "as an owner"
	}
	lead := string(by) + " invites you to join their account at DevotionalAI " + as + "."
	return Mail{
		To: i.Email, Subject: "You are invited to an account at DevotionalAI",
		Text: strings.Join([]string{"Hello,", "", lead, "Here you accept:", "", link, "", small, ""}, "\n"),
		HTML: letter.Letter{Heading: "You are invited to DevotionalAI", Lead: lead, Button: "See the invitation", Link: link, Small: small}.HTML(),
	}
}

package erasure

import (
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/letter"
)

// closingMail tells somebody in an account that it is to be erased. The token is in
// the fragment: no server log, proxy or Referer header ever sees it, and a program
// that opens the links of a mail takes nothing back, because a page posts it when
// a button is pressed.
func closingMail(to, by auth.Address, appURL string, token auth.LinkToken, a Asked) auth.Mail {
	when := until(a.Erasure)
	lead := string(by) + " asked to have the account at DevotionalAI erased that you belong to. It goes on " + when + ", and until then it works as before."
	what := []string{
		"Everything in it goes: projects, videos, pictures, uploads, its members and their sessions, keys and what was counted. " +
			"Whoever wants a copy makes an export before that. One that still runs then is stopped.",
		"A paid subscription ends then at once, without a refund for the time that is left; to end it earlier, cancel it.",
		"Videos at your own YouTube channel stay there; our access to the channel is taken back.",
	}
	const small = "Everybody who belongs to the account gets this mail, and any of you can keep the account with it. After that time nobody can."
	link := appURL + "/account/keep#token=" + string(token)
	text := append([]string{"Hello,", "", lead, ""}, what...)
	text = append(text, "", "To keep the account:", "", link, "", "How it stands, and at the end the certificate:", "", a.ReceiptURL, "", small, "")
	return auth.Mail{
		To: to, Subject: "Your account at DevotionalAI is to be erased", Text: strings.Join(text, "\n"),
		HTML: letter.Letter{
			Heading: "Your account is to be erased", Lead: lead + " " + strings.Join(what, " "),
			Button: "Keep the account", Link: link, Small: small + " How it stands: " + a.ReceiptURL,
		}.HTML(),
	}
}

// until is when an erasure begins.
func until(e Erasure) string { return e.EffectiveAt.UTC().Format("2 January 2006, 15:04") + " UTC" }

// keptMail tells somebody in an account that it stays.
func keptMail(to auth.Address, appURL string) auth.Mail {
	const lead = "The erasure of the account at DevotionalAI that you belong to was taken back. Nothing was erased, and everything works as before."
	const small = "Everybody who belongs to the account gets this mail."
	link := appURL + "/account"
	return auth.Mail{
		To: to, Subject: "Your account at DevotionalAI stays",
		Text: strings.Join([]string{"Hello,", "", lead, "", link, "", small, ""}, "\n"),
		HTML: letter.Letter{Heading: "Your account stays", Lead: lead, Button: "Open the account", Link: link, Small: small}.HTML(),
	}
}

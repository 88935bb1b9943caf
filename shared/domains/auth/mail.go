package auth

import (
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/letter"
)

// Mail is one mail to one person.
type Mail struct {
	To      Address
	Subject string
	Text    string
	HTML    string
}

// Nowhere is an address of the mail service's own that takes every mail and
// delivers none. What is mailed there is mailed so that the work for an address
// that gets no mail is the work for one that does.
const Nowhere Address = "success@simulator.amazonses.com"

// signInMail writes the mail that carries a link and, for the browser that asked,
// a code. The token is in the fragment: no server log, proxy or Referer header
// ever sees it. The text part holds link and code on lines of their own.
func signInMail(to Address, appURL string, token LinkToken, code string, life time.Duration) Mail {
	const (
		elsewhere = "You read this on another device? Type this code where you asked for the mail:"
		ignore    = "If you did not ask for it, you can ignore this mail: nobody is signed in without it. Give the code to nobody."
	)
	link := appURL + "/auth/verify#token=" + string(token)
	minutes := fmt.Sprintf("%d minutes", int(life.Minutes()))
	if life < 2*time.Minute {
		minutes = "a minute"
	}
	text := strings.Join([]string{
		"Hello,",
		"",
		"here is your link to sign in to DevotionalAI:",
		"",
		link,
		"",
		elsewhere,
		"",
		"Code: " + code,
		"",
		"Either of them works once, for " + minutes + ".",
		ignore,
		"",
	}, "\n")
	return Mail{To: to, Subject: "Your sign-in link for DevotionalAI", Text: text, HTML: letter.Letter{
		Heading: "Sign in to DevotionalAI", Lead: "Press the button to sign in. It works once, for " + minutes + ".",
		Button: "Sign in", Link: link, CodeLead: elsewhere, Code: code, Small: ignore,
	}.HTML()}
}

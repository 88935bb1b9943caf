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

// signInMail writes the mail that carries a link. The token is in the fragment:
// no server log, proxy or Referer header ever sees it. The text part holds the
// link on a line of its own.
func signInMail(to Address, appURL string, token LinkToken, life time.Duration) Mail {
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
		"It works once, for " + minutes + ".",
		"If you did not ask for it, you can ignore this mail: nobody is signed in without the link.",
		"",
	}, "\n")
	return Mail{To: to, Subject: "Your sign-in link for DevotionalAI", Text: text, HTML: letter.Letter{
		Heading: "Sign in to DevotionalAI", Lead: "Press the button to sign in. The link works once, for " + minutes + ".",
		Button: "Sign in", Link: link,
		Small: "If you did not ask for it, you can ignore this mail: nobody is signed in without the link.",
	}.HTML()}
}

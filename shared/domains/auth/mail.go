package auth

import (
	"fmt"
	"html"
	"strings"
	"time"
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
	return Mail{To: to, Subject: "Your sign-in link for DevotionalAI", Text: text, HTML: signInHTML(link, minutes)}
}

// signInHTML is written by hand: a template engine in the binary would switch
// the linker's dead-code removal off.
func signInHTML(link, minutes string) string {
	href := html.EscapeString(link)
	return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Your sign-in link</title></head>
<body style="margin:0;padding:32px 16px;background:#f5f3fa;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#221d33">
<div style="max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:20px">Sign in to DevotionalAI</h1>
<p style="margin:0 0 24px;line-height:1.5">Press the button to sign in. The link works once, for ` + html.EscapeString(minutes) + `.</p>
<p style="margin:0 0 24px"><a href="` + href + `" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#5b3fa8;color:#ffffff;text-decoration:none;font-weight:600">Sign in</a></p>
<p style="margin:0 0 8px;font-size:13px;line-height:1.5;color:#5d5770">If the button does nothing, open this address:</p>
<p style="margin:0 0 24px;font-size:13px;line-height:1.5;word-break:break-all"><a href="` + href + `" style="color:#5b3fa8">` + href + `</a></p>
<p style="margin:0;font-size:13px;line-height:1.5;color:#5d5770">If you did not ask for it, you can ignore this mail: nobody is signed in without the link.</p>
</div>
</body>
</html>
`
}

package export

import (
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/letter"
)

// mailOf tells how an export has ended. It holds no link to the archive: that is
// made for an owner who is signed in. The checksum shows to whoever has the archive
// that it is as it was made.
func mailOf(to auth.Address, appURL string, e Export) auth.Mail {
	subject, state, button := "Your DevotionalAI export is ready", "The archive of all data of your account can be downloaded until "+
		e.ExpiresAt.UTC().Format("2 January 2006, 15:04 UTC")+". After that it is deleted. The SHA-256 of its manifest.json is "+e.Manifest+".", "Download the archive"
	if e.Status != Succeeded {
		subject, state, button = "Your DevotionalAI export could not be made", "Something failed on our side, and nothing of your account was changed. "+
			"Ask for another export; if it fails again, write to us.", "Open your account"
	}
	const why = "You get this mail because you asked for an export of your account. If that was not you, look at the sessions on the account page."
	link := strings.TrimSuffix(appURL, "/") + "/account/data"
	return auth.Mail{
		To: to, Subject: subject,
		Text: strings.Join([]string{"Hello,", "", state, "", button + ":", "", link, "", why, ""}, "\n"),
		HTML: letter.Letter{Heading: subject, Lead: state, Button: button, Link: link, Small: why}.HTML(),
	}
}

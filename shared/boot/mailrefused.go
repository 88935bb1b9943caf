package boot

import (
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/auth"
)

// MailRefused counts a mail that was asked for and is not sent, with its reason as a
// property. It names nobody. What is ours to mend has an alarm from the first on;
// what an address or its mailbox is the reason for has none, but for many at once, and
// neither has the sandbox: any stranger can ask, and an operator chose to be in it.
func (rt *Runtime) MailRefused(why auth.MailRefusal) {
	name := metric.MailRefused
	switch why {
	case auth.MailOfAll, auth.MailUnverified, auth.MailUnsent:
		name = metric.LinksNotMailed
	case auth.MailSandboxed:
		name = metric.MailSandboxed
	case auth.MailOdd:
		name = metric.MailUndeliverable
	}
	rt.Metrics.Add(name, 1, Count, map[string]string{"why": string(why)})
}

// LinkMailed counts a sign-in mail that the mail service took. SignIns is written
// beside it, so that the alarm on nobody coming in has both.
func (rt *Runtime) LinkMailed() {
	rt.Metrics.Together(nil, Measured{metric.LinksMailed, 1, Count}, Measured{metric.SignIns, 0, Count})
}

// SignedIn counts a session that was opened with a link or a code.
func (rt *Runtime) SignedIn() { rt.Metrics.Add(metric.SignIns, 1, Count, nil) }

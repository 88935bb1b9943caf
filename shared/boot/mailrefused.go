package boot

import "github.com/devotionalai/platform/shared/domains/auth"

// MailRefused counts a mail that was asked for and is not sent, by its reason. It
// names nobody. infra/operations.yaml has an alarm on everybody's limit.
func (rt *Runtime) MailRefused(why auth.MailRefusal) {
	rt.Metrics.Add("MailRefused"+string(why), 1, Count, nil)
}

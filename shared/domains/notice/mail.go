package notice

import (
	"fmt"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/letter"
	"github.com/devotionalai/platform/shared/domains/metering"
)

func mailOf(to auth.Address, appURL string, n Name, used, limit int64) auth.Mail {
	what := metering.Noun(n.Metric)
	subject := fmt.Sprintf("You have used more than %d %% of your %s", n.Mark, what)
	if used*100 == limit*int64(n.Mark) {
		subject = fmt.Sprintf("You have used %d %% of your %s", n.Mark, what)
	}
	if n.Metric.Level() {
		subject = fmt.Sprintf("Your storage is %d %% full", used*100/limit)
	}
	if n.Mark == 100 {
		subject = "Your " + what + " are used up"
		if n.Metric.Level() {
			subject = "Your storage is full"
		}
	}
	state := fmt.Sprintf("%s of %s %s are used.", metering.Number(n.Metric.Shown(used)), metering.Number(n.Metric.Shown(limit)), what)
	next := "A new month begins on " + n.Period.End().Format("2 January") + ". If you need more before that, choose a bigger plan."
	if n.Metric.Level() {
		next = "Delete videos, pictures or uploads that you no longer need, or choose a bigger plan."
	}
	const why = "You get this mail once for each mark and month, because you own the account, alone or with others."
	link := strings.TrimSuffix(appURL, "/") + "/usage"
	return auth.Mail{
		To: to, Subject: subject,
		Text: strings.Join([]string{"Hello,", "", state, next, "", "What was used for what:", "", link, "", why, ""}, "\n"),
		HTML: letter.Letter{Heading: subject, Lead: state + " " + next, Button: "See your usage", Link: link, Small: why}.HTML(),
	}
}

package metering

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Exceeded returns the first metric of which requested does not fit beside what
// is taken already. Exactly reaching the limit fits.
func Exceeded(limits Limits, c Counter, requested Amounts) (Metric, bool) {
	for _, m := range Metrics() {
		limit, limited := limits.Of(m)
		if limited && requested[m] > 0 && c.Taken[m]+requested[m] > limit {
			return m, true
		}
	}
	return "", false
}

// Refusal is the 402 for the metric that is used up, with everything a client
// needs to say so. period_end is null for a level: deleting frees it, not waiting.
func Refusal(limits Limits, p Period, c Counter, requested Amounts, m Metric, appURL string) *problem.Error {
	limit, _ := limits.Of(m)
	left := Number(m.Shown(max(limit-c.Taken[m], 0)))
	detail := fmt.Sprintf("This needs %s; %s of %s are left", counted(m, requested[m]), left, Number(m.Shown(limit)))
	var end any
	if m.Level() {
		detail += ". Delete videos, pictures or uploads to make room."
	} else {
		detail += " until " + p.End().Format("2 January 2006") + "."
		end = p.End().Format(time.RFC3339)
	}
	return problem.New(problem.QuotaExceeded, detail).
		With("metric", m).
		With("used", m.Shown(c.Used(m))).
		With("reserved", m.Shown(c.Reserved[m])).
		With("requested", m.Shown(requested[m])).
		With("limit", m.Shown(limit)).
		With("period_end", end).
		With("upgrade_url", UpgradeURL(appURL))
}

// NotInPlan is the 403 for a feature that the plan lacks; detail says what to do
// instead.
func NotInPlan(feature tenant.Feature, detail, appURL string) *problem.Error {
	return problem.New(problem.FeatureNotInPlan, detail).With("feature", feature).With("upgrade_url", UpgradeURL(appURL))
}

// UpgradeURL is the page where a plan is changed.
func UpgradeURL(appURL string) string { return strings.TrimSuffix(appURL, "/") + "/billing" }

// counted is an amount with its noun.
func counted(m Metric, stored int64) string {
	n := Number(m.Shown(stored))
	switch {
	case n == "1" && m == ImagesCount:
		return "one image"
	case n == "1" && m == UploadsCount:
		return "one upload"
	}
	return n + " " + Noun(m)
}

// Noun is what a metric counts, in the words of a sentence: "images", "MB of storage".
func Noun(m Metric) string {
	switch m {
	case TTSSeconds:
		return "seconds of narration"
	case RenderMinutes:
		return "minutes of video"
	case StorageMB:
		return "MB of storage"
	case UploadsCount:
		return "uploads"
	}
	return "images"
}

// Number writes an amount without needless digits.
func Number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// limit is one that something reaches as tenants come.
type limit struct {
	what  string
	owner string // ours, a parameter, AWS's to raise, AWS's for good
	most  float64
	unit  string
	asked func(tenants float64) float64 // in the busiest second, in the limit's unit
}

// limits are all that grow with tenants. A second's load at its peak is linear in
// tenants, so that the tenants at which a limit is reached follow from one of them.
func limits(m measured) []limit {
	second := func(aMonth float64) func(float64) float64 {
		return func(tenants float64) float64 { return tenants * aMonth / monthSeconds * peak }
	}
	hour := func(aMonth float64) func(float64) float64 {
		return func(tenants float64) float64 { return second(aMonth)(tenants) * 3600 }
	}
	videos, calls := float64(tenantVideos), float64(tenantCalls)
	running := videos * videoSeconds
	units := calls*3 + videos*(2*m.admission+videoScenes*partWrites) + tenantMails*(m.link+m.verify)
	return []limit{
		{"renders at a time (`MaxRunningJobs`)", "parameter", m.maxRunning, "renders", second(running)},
		{"sign-in mails of all (`MagicLinkOverallPerHour`)", "parameter", m.mailsHour, "an hour", hour(tenantMails)},
		{"functions at once: renders and calls", "AWS, on request", 1000, "functions", second(running*m.width*2 + calls*callSeconds)},
		{"calls of the HTTP API", "AWS, on request", 10000, "a second", second(calls)},
		{"mails of SES", "AWS, on request", 14, "a second", second(tenantMails)},
		{"pictures of a Bedrock model", "AWS, on request", 60, "a minute", func(n float64) float64 { return 60 * second(videos*videoScenes*scenePicture)(n) }},
		{"transitions of Step Functions", "AWS, on request", 5000, "a second", second(videos * videoScenes * sceneTransitions)},
		{"write units of a table just made", "AWS, grows by itself", newTableWrites, "a second", second(units)},
		{"write units of a table", "AWS, on request", tableWrites, "a second", second(units)},
		{"the item `SLOTS#render`, in one partition", "ours", partitionWrites, "units a second", second(videos * 2 * 2)},
		{"the item `MAILCALL#all`, in one partition", "ours", partitionWrites, "units a second", second(tenantMails * 2)},
		{"a kind in the index of open work, 8 shards", "ours", openShards * partitionWrites, "units a second", second(videos * (4 + 2*videoSeconds/leaseSeconds))},
		{"reconciled tenants an hour, 16 at once", "ours", math.Floor(reconciledAtOnce * reconcileSeconds / tenantReconciled), "tenants", func(n float64) float64 { return n / 24 }},
	}
}

// reached is at how many tenants a limit is.
func (l limit) reached() float64 { return l.most / l.asked(1) }

// report is both tables, as docs/scale.md has them.
func report(root string) (string, error) {
	m, err := measure(root)
	if err != nil {
		return "", err
	}
	all := limits(m)
	slices.SortStableFunc(all, func(a, b limit) int { return cmp.Compare(a.reached(), b.reached()) })
	var out strings.Builder
	out.WriteString("| limit | whose | at most | 10² tenants | 10⁴ | 10⁶ | reached at |\n|---|---|---|---|---|---|---|\n")
	for _, l := range all {
		fmt.Fprintf(&out, "| %s | %s | %s %s | %s | %s | %s | %s |\n", l.what, l.owner, round(l.most), l.unit,
			l.share(100), l.share(10000), l.share(1000000), round(l.reached()))
	}
	return out.String(), nil
}

// share is what so many tenants ask, bold where it is more than there is.
func (l limit) share(tenants float64) string {
	asked := round(l.asked(tenants))
	if l.asked(tenants) > l.most {
		return "**" + asked + "**"
	}
	return asked
}

// round keeps two digits of what is no measurement.
func round(n float64) string {
	if n == 0 {
		return "0"
	}
	scale := math.Pow(10, math.Floor(math.Log10(n))-1)
	n = math.Round(n/scale) * scale
	if n < 10 {
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.4f", n), "0"), ".")
	}
	digits := fmt.Sprintf("%.0f", n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

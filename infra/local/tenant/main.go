// Command tenant sets what a tenant of the running product may use: make tenant.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const usage = `usage: make tenant EMAIL=you@example.com [PLAN=free|pro|enterprise|none [UNTIL=2027-01-31]] [LIMITS=images_count=500,storage_mb=unlimited,tts_seconds=plan]
A plan is granted whatever is bought, also the free one, until the day given or until another is; PLAN=none ends that: what was bought is in force again.`

func main() {
	change, err := read(os.Getenv("EMAIL"), os.Getenv("PLAN"), os.Getenv("UNTIL"), os.Getenv("LIMITS"))
	running.Command{Name: "tenant", Usage: usage}.Run(err, func(ctx context.Context, product *running.Product) error {
		terms, err := running.Ask[billing.Terms](ctx, product, "tenant-change", change)
		if err != nil {
			return err
		}
		return print(product.Out, terms)
	})
}

// read makes a change of what was written on the command line. A grant ends when
// the day until begins (UTC). In limits, plan takes an agreed limit back.
func read(email, plan, until, limits string) (billing.TermsChange, error) {
	change := billing.TermsChange{Email: email, Plan: tenant.Plan(plan), Set: map[metering.Metric]float64{}}
	if email == "" {
		return change, errors.New("EMAIL is missing")
	}
	if until != "" {
		var err error
		if change.Until, err = time.Parse(time.DateOnly, until); err != nil {
			return change, fmt.Errorf("%s is no day: like 2027-01-31", until)
		}
	}
	for _, one := range strings.FieldsFunc(limits, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, _ := strings.Cut(one, "=")
		metric := metering.Metric(name)
		switch value {
		case "plan":
			change.Reset = append(change.Reset, metric)
		case "unlimited":
			change.Set[metric] = float64(tenant.Unlimited)
		default:
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return change, fmt.Errorf("%s is no limit: a number, unlimited or plan", one)
			}
			change.Set[metric] = n
		}
	}
	return change, nil
}

// print says what holds now.
func print(out io.Writer, t billing.Terms) error {
	first := fmt.Sprintf("%s: plan %s", t.TenantID, t.Plan)
	switch {
	case t.Granted == "":
		first += ", by what is bought (" + string(t.Bought) + ")"
	case t.Until.IsZero():
		first += ", granted"
	default:
		first += ", granted until " + t.Until.Format(time.DateOnly)
	}
	lines := []string{first}
	for _, m := range metering.Metrics() {
		switch limit, agreed := t.Overrides[string(m)]; {
		case !agreed:
		case limit == float64(tenant.Unlimited):
			lines = append(lines, fmt.Sprintf("  %s: unlimited", m))
		default:
			lines = append(lines, fmt.Sprintf("  %s: %s %s", m, metering.Number(limit), m.Unit()))
		}
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

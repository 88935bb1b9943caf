// Command cost prints what the product costs on AWS: what is paid each month before
// anybody comes, read from the transformed templates and the prices of prices.go,
// what each optional part adds, and what use costs. `make cost` runs it at the root
// of the repository.
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/domains/tariff"
)

// home is the region in which the stack has all its parts, the firewall included.
const home = "us-east-1"

func main() {
	if err := report(os.Stdout, "."); err != nil {
		fmt.Fprintln(os.Stderr, "make cost:", err)
		os.Exit(1)
	}
}

func read(root string) (templates, error) {
	tools, _, err := toolbox.Install(context.Background(), root, func(string) {}) // the transform is among them
	if err != nil {
		return templates{}, err
	}
	return transformed(root, artifacts.Expander{Python: tools.Python, Cache: filepath.Join(root, ".build", "transformed")})
}

func report(out io.Writer, root string) error {
	t, err := read(root)
	if err != nil {
		return err
	}
	d, err := t.deployed(home, usual())
	if err != nil {
		return err
	}
	items, err := fixed(d)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "list prices of %s, in US dollars (infra/cost/prices.go says which were read in %s, and where); what AWS gives every account free of charge is not taken off\n\n", home, looked)
	fmt.Fprintln(out, "fixed, a month, before anybody comes, with the parameters' defaults")
	for _, i := range items {
		fmt.Fprintf(out, "  %8.2f  %s: %.4g\n", i.USD, i.What, i.Count)
	}
	fmt.Fprintf(out, "  %8.2f  in all\n\n", total(items))
	if err := options(out, t, total(items)); err != nil {
		return err
	}
	tenant, err := free(d)
	if err != nil {
		return err
	}
	list(out, "a rendered minute (its pictures are "+fmt.Sprintf("%.0f %%", 100*tariff.Minute()[0].USD/tariff.Sum(tariff.Minute()))+" of it)", tariff.Minute())
	list(out, fmt.Sprintf("a month of %d users who render nothing, beside the fixed", users), thousand())
	fmt.Fprintf(out, "  %8.2f  with the fixed\n\n", tariff.Sum(thousand())+total(items))
	made := fmt.Sprintf("what it adds that they make %d videos of a minute, ", users*userVideos)
	list(out, made+"with ImageProvider=bedrock and VoiceProvider=polly", videos(tariff.Sources{Painted: true, Neural: true}))
	list(out, made+"with ImageProvider=drawing and VoiceProvider=kokoro", videos(tariff.Sources{}))
	list(out, "a tenant of the free plan at all its limits", tenant)
	bounds(out, d)
	return nil
}

// usual are the parameters that every deployment gives.
func usual() map[string]string {
	return map[string]string{"Stage": "production", "Mode": "aws", "AlarmMail": "operator@example.com", "AppUrl": "https://app.example.com"}
}

// options prints what each parameter with a choice, and each part that is off
// unless it is named, adds to the fixed.
func options(out io.Writer, t templates, usually float64) error {
	fmt.Fprintln(out, "what a parameter adds to the fixed")
	parameters := section(t.root, "Parameters")
	var lines []string
	try := func(region, name, value string) error {
		given := usual()
		if name != "" {
			given[name] = value
		}
		d, err := t.deployed(region, given)
		if err != nil {
			return err
		}
		items, err := fixed(d)
		if err != nil {
			return err
		}
		label := name + "=" + value
		if name == "" {
			label = "a region other than " + home + ", with no firewall of its own and no alarm on the edge"
		}
		if strings.HasSuffix(name, "SecretArn") && name != "JwtSecretArn" {
			items = append(items, item{USD: secret.USD})
		}
		if more := total(items) - usually; math.Abs(more) > 0.005 {
			lines = append(lines, fmt.Sprintf("  %+8.2f  %s", more, label))
		}
		return nil
	}
	for name, p := range parameters {
		choices, _ := at(p, "AllowedValues").([]any)
		if strings.HasSuffix(name, "Arn") {
			choices = []any{"arn"}
		}
		for _, c := range choices {
			if name == "Mode" {
				continue // local is not AWS
			}
			if err := try(home, name, fmt.Sprint(c)); err != nil {
				return err
			}
		}
	}
	if err := try("eu-west-1", "", ""); err != nil {
		return err
	}
	slices.Sort(lines)
	fmt.Fprintln(out, strings.Join(lines, "\n")+"\n")
	return nil
}

func list(out io.Writer, title string, parts []tariff.Part) {
	fmt.Fprintln(out, title)
	for _, p := range parts {
		fmt.Fprintf(out, "  %8.4f  %s\n", p.USD, p.What)
	}
	fmt.Fprintf(out, "  %8.2f  in all\n\n", tariff.Sum(parts))
}

// bounds says what keeps the free plan from costing without end.
func bounds(out io.Writer, d deployment) {
	fmt.Fprintf(out, `what bounds the number of such tenants
  Nothing counts them: each is a mail address that takes mail. The ways in and the work are bounded, and the month is watched:
  MagicLinkOverallPerHour=%s sign-in mails an hour in all, MagicLinkPerCallerPerHour=%s of one network address
  MaxRunningJobs=%s renders at once of all tenants, MaxRunningJobsPerTenant=%s of one
  MonthlyBudget=%s: mail at four fifths of it, and when it is foreseen; it stops nothing
  QuotaImagesCount=%s a month: nine tenths of a free tenant's price; ImageProvider=drawing paints none
`, d.values["MagicLinkOverallPerHour"], d.values["MagicLinkPerCallerPerHour"], d.values["MaxRunningJobs"], d.values["MaxRunningJobsPerTenant"],
		d.values["MonthlyBudget"], d.values["QuotaImagesCount"])
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tariff"
	"github.com/devotionalai/platform/tests/blueprint"
)

// The most that a month may cost before anybody comes, and the most resources that a
// stack may have: CloudFormation takes 500.
const (
	mostFixed     = 12.00
	mostResources = 450
)

func ours(t *testing.T) templates {
	t.Helper()
	all, err := read(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsPaidBeforeAnybodyComes(t *testing.T) {
	d, err := ours(t).deployed(home, usual())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.stacks) < 6 || len(d.resources) < 300 {
		t.Fatalf("%d stacks, %d resources: is the deployment still read?", len(d.stacks), len(d.resources))
	}
	items, err := fixed(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := total(items); got > mostFixed || got < 5 {
		t.Errorf("$%.2f a month, at most $%.2f: %+v", got, mostFixed, items)
	}
	for _, i := range items {
		if i.What == "dashboards with too many metrics" {
			t.Error("the dashboard is not among the free ones: fifty metrics at most")
		}
	}
}

func TestNoStackIsTooLarge(t *testing.T) {
	all := ours(t)
	for name, doc := range all.nested {
		n := len(section(doc, "Resources"))
		t.Logf("%4d resources: %v", n, doc["Description"])
		if n > mostResources {
			t.Errorf("%s (%v): %d resources after the transform, at most %d", name, doc["Description"], n, mostResources)
		}
	}
}

// A resource that nobody gave a price, and an alarm that has no price of its own, are
// errors and not nothing.
func TestWhatHasNoKnownPriceFails(t *testing.T) {
	query := map[string]any{"Metrics": []any{map[string]any{"Expression": "SELECT SUM(x) FROM SCHEMA(\"N\", \"f\")"}}, "Period": 60}
	for name, c := range map[string]struct {
		resource
		want string
	}{
		"a type of tomorrow":  {resource{kind: "AWS::Tomorrow::Thing"}, "no price is known of AWS::Tomorrow::Thing"},
		"an alarm on a query": {resource{kind: "AWS::CloudWatch::Alarm", properties: query}, "an alarm on a query"},
		"an odd schedule":     {resource{kind: "AWS::Events::Rule", properties: map[string]any{"ScheduleExpression": "sometimes"}}, "no schedule"},
	} {
		if _, err := fixed(deployment{resources: []resource{c.resource}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A ratio reads two metrics, and is paid twice; what a condition leaves out is not.
func TestWhatIsReckoned(t *testing.T) {
	stat := map[string]any{"MetricStat": map[string]any{"Period": 300.0}}
	ratio := map[string]any{"Metrics": []any{map[string]any{"Expression": "a/b"}, stat, stat}}
	acl := map[string]any{"Rules": []any{1, 2}}
	parameters := map[string]any{"Firewall": map[string]any{"Default": "none"}}
	root := map[string]any{
		"Parameters": parameters,
		"Conditions": map[string]any{"Own": map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "Firewall"}, "own"}}},
		"Resources": map[string]any{
			"Ratio":    map[string]any{"Type": "AWS::CloudWatch::Alarm", "Properties": ratio},
			"Firewall": map[string]any{"Type": "AWS::WAFv2::WebACL", "Condition": "Own", "Properties": acl},
			"Minute":   map[string]any{"Type": "AWS::Events::Rule", "Properties": map[string]any{"ScheduleExpression": "rate(1 minute)"}},
		},
	}
	reckoned := func(given map[string]string) float64 {
		d, err := templates{root: root}.deployed(home, given)
		if err != nil {
			t.Fatal(err)
		}
		items, err := fixed(d)
		if err != nil {
			t.Fatal(err)
		}
		return total(items)
	}
	without, with := reckoned(nil), reckoned(map[string]string{"Firewall": "own"})
	const calls = 60 * hours
	want := 0.20 + calls/1e6*0.20 + calls*scheduledSeconds*0.25*functionGBs.USD + calls*scheduledReads/1e6*readMillion.USD + secret.USD
	if diff := without - want; diff > 1e-6 || diff < -1e-6 {
		t.Errorf("%.6f, want %.6f", without, want)
	}
	if diff := with - without - 7; diff > 1e-6 || diff < -1e-6 {
		t.Errorf("the firewall is %.2f, want 7: a web ACL and two rules", with-without)
	}
}

func TestAPictureIsNineTenthsOfAMinute(t *testing.T) {
	if share := tariff.Minute()[0].USD / tariff.Sum(tariff.Minute()); share < 0.85 || share > 0.95 {
		t.Errorf("pictures are %.2f of a minute", share)
	}
	var out strings.Builder
	if err := report(&out, blueprint.Root()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"in all", "BillingMode=stripe", "a rendered minute", "1000 users", "free plan", "MagicLinkOverallPerHour=2000", "MonthlyBudget=50"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	saidAsPrinted(t, out.String())
}

// whole is an amount in dollars alone.
func whole(amount string) string {
	var usd float64
	_, _ = fmt.Sscan(amount, &usd) // what is no number is found in no page
	return fmt.Sprintf("%.0f", usd)
}

// saidAsPrinted holds the numbers of guide and decision to those of the command.
func saidAsPrinted(t *testing.T, printed string) {
	t.Helper()
	number := func(pattern string, nth int) string {
		found := regexp.MustCompile(`(?m)^ +`+pattern).FindAllStringSubmatch(printed, -1)
		if len(found) <= nth {
			t.Fatalf("%s is not in\n%s", pattern, printed)
		}
		return found[nth][1]
	}
	in := `([\d.]+)  in all$`
	before, elsewhere := number(in, 0), number(`(-[\d.]+)  a region other`, 0)
	var all, less float64
	if _, err := fmt.Sscan(before+" "+elsewhere, &all, &less); err != nil {
		t.Fatal(err)
	}
	for page, said := range map[string][]string{
		"SAAS_DEPLOYMENT.md": {
			"($" + before + " with the parameters' defaults, $12 at most", "a rendered minute ($" + number(in, 1) + ",",
			"users who render nothing ($" + number(in, 2) + " beside the fixed)", "($" + whole(number(in, 3)) + " with `ImageProvider=bedrock`",
			"$" + whole(number(in, 4)) + " with `drawing` and `kokoro`", "at all its limits ($" + number(in, 5) + ")",
		},
		"adr/0045-what-rings.md": {
			number(`[\d.]+  metrics that alarms read: (\d+)$`, 0) + " metrics that alarms read ($" + number(`([\d.]+)  metrics that alarms read`, 0) + ")",
			": $" + before + ".", fmt.Sprintf("with no firewall, $%.2f.", all+less), "costs $" + number(in, 5) + " for a tenant",
		},
	} {
		text, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(string(text)), " ")
		for _, want := range said {
			if !strings.Contains(words, want) {
				t.Errorf("docs/%s does not say %q, which make cost prints", page, want)
			}
		}
	}
}

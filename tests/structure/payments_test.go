package structure_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

const stripeModule = "github.com/stripe/stripe-go/"

// stripePackages are the parts of the library that are linked. Another one costs
// each function that calls the payment service its size.
var stripePackages = []string{
	"", "billingportal/session", "checkout/session", "customer", "dispute", "event", "form", "invoice", "refund", "subscription", "webhook",
}

// holdsKeys reports whether a function is told where the keys of who takes the
// money are.
func holdsKeys(f blueprint.Function) bool { return f.Environment["STRIPE_SECRET_ARN"] != nil }

// callsPayments reports whether it is told who that is, too. The stand-in needs not
// be told, and BILLING_MODE alone is shown to people.
func callsPayments(f blueprint.Function) bool {
	return holdsKeys(f) && f.Environment["BILLING_MODE"] != nil
}

// TestOnlyFunctionsThatCallStripeLinkIt: the settings say which they are, and those
// alone may read the secret.
func TestOnlyFunctionsThatCallStripeLinkIt(t *testing.T) {
	b := load(t)
	all, callers := linked(t), 0
	for _, f := range b.Functions {
		var links []string
		for _, d := range all[f.Name] {
			if part, ok := strings.CutPrefix(d, stripeModule); ok {
				_, part, _ = strings.Cut(part, "/")
				links = append(links, part)
			}
		}
		if (len(links) > 0) != callsPayments(f) {
			t.Errorf("%s: it links %d packages of Stripe, and that it calls the payment service is %v by its settings", f.Name, len(links), callsPayments(f))
		}
		for _, part := range links {
			if !slices.Contains(stripePackages, part) {
				t.Errorf("%s links stripe-go's %q, which nothing here calls", f.Name, part)
			}
		}
		if callsPayments(f) {
			callers++
		}
		reads := slices.ContainsFunc(statementsOf(f), func(s blueprint.Map) bool {
			resource, _ := s["Resource"].(blueprint.Map)
			return resource["Ref"] == "StripeSecretArn" && slices.Equal(actionsOf(s), []string{"secretsmanager:GetSecretValue"})
		})
		if reads != holdsKeys(f) {
			t.Errorf("%s: its right to read the payment service's secret is %v, its settings say %v", f.Name, reads, holdsKeys(f))
		}
	}
	if callers < 2 {
		t.Errorf("%d functions call the payment service; what does this test look at? %v", callers, slices.Sorted(maps.Keys(all)))
	}
}

// TestTheTemplateRefusesTheStandInWherePeoplePay: the same as the functions, before
// anything is deployed.
func TestTheTemplateRefusesTheStandInWherePeoplePay(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		if tmpl.File != "template.yaml" {
			continue
		}
		rule, _ := tmpl.Section("Rules")["NoStandInTakesMoney"].(blueprint.Map)
		when := flat(rule["RuleCondition"])
		assertions, _ := rule["Assertions"].([]any)
		for _, stage := range []string{"production", "prod"} {
			if !strings.Contains(when, stage+" ") {
				t.Errorf("the rule is not for the stage %s: %s", stage, when)
			}
		}
		if len(assertions) != 1 || strings.Join(strings.Fields(flat(assertions[0].(blueprint.Map)["Assert"])), " ") != "BillingMode mock" {
			t.Errorf("the rule asserts %v", assertions)
		}
		return
	}
	t.Error("there is no template.yaml")
}

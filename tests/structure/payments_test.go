package structure_test

import (
	"maps"
	"reflect"
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
// anything is deployed. Nor does a key of Stripe's go anywhere else on AWS.
func TestTheTemplateRefusesTheStandInWherePeoplePay(t *testing.T) {
	equals := func(parameter, value string) blueprint.Map {
		return blueprint.Map{"Fn::Equals": []any{blueprint.Map{"Ref": parameter}, value}}
	}
	of := func(function string, all ...any) blueprint.Map { return blueprint.Map{function: all} }
	rules := ofRoot(t).Section("Rules")
	for name, want := range map[string]struct{ when, holds blueprint.Map }{
		"NoStandInTakesMoney": {of("Fn::Or", equals("Stage", "production"), equals("Stage", "prod")), of("Fn::Not", equals("BillingMode", "mock"))},
		"StripeIsStripe":      {of("Fn::And", equals("Mode", "aws"), equals("BillingMode", "stripe")), equals("StripeApiBase", "")},
	} {
		rule, _ := rules[name].(blueprint.Map)
		if !reflect.DeepEqual(rule["RuleCondition"], want.when) {
			t.Errorf("%s is where %v, want %v", name, rule["RuleCondition"], want.when)
		}
		assertions, _ := rule["Assertions"].([]any)
		if len(assertions) != 1 || !reflect.DeepEqual(assertions[0].(blueprint.Map)["Assert"], want.holds) {
			t.Errorf("%s asserts %v, want %v", name, assertions, want.holds)
		}
	}
}

// TestTheStandInsAddressIsAnOutput of the stack that is deployed, where there is a
// stand-in, so that its second deployment can be given it.
func TestTheStandInsAddressIsAnOutput(t *testing.T) {
	outer, inner := ofRoot(t), template(t, "infra/workers.yaml")
	output, _ := outer.Section("Outputs")["PaymentsMockUrl"].(blueprint.Map)
	if want := (blueprint.Map{"Fn::GetAtt": []any{"Workers", "Outputs.PaymentsMockUrl"}}); !reflect.DeepEqual(output["Value"], want) {
		t.Errorf("it is %v, want %v", output["Value"], want)
	}
	nested, _ := inner.Section("Outputs")["PaymentsMockUrl"].(blueprint.Map)
	condition, _ := nested["Condition"].(string)
	if condition == "" || output["Condition"] != condition || !reflect.DeepEqual(outer.Section("Conditions")[condition], inner.Section("Conditions")[condition]) {
		t.Errorf("it is there under %v, the stand-in's own under %v", output["Condition"], condition)
	}
}

func ofRoot(t *testing.T) *blueprint.Template { t.Helper(); return template(t, "template.yaml") }

func template(t *testing.T, file string) *blueprint.Template {
	t.Helper()
	all := load(t).Templates
	at := slices.IndexFunc(all, func(tmpl *blueprint.Template) bool { return tmpl.File == file })
	if at < 0 {
		t.Fatalf("there is no %s", file)
	}
	return all[at]
}

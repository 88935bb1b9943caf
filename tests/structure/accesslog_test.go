package structure_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// logged are the facts of a call that may stand in a log: none of them says who
// called, what was asked for by its id or its query, or what was sent along.
var logged = []string{
	"requestTimeEpoch", "requestId", "routeKey", "status", "responseLatency", "integrationLatency", "responseLength",
	"integration.status", "integration.integrationStatus", "error.responseType", "integrationErrorMessage",
}

var contextVariable = regexp.MustCompile(`\$context\.([A-Za-z0-9.]+)`)

// accessLogFaults says what is wrong with the line that the API writes of a call.
func accessLogFaults(format string) []string {
	var faults []string
	var line map[string]string
	if err := json.Unmarshal([]byte(format), &line); err != nil {
		faults = append(faults, "it is no JSON of texts: "+err.Error())
	}
	named := map[string]bool{}
	for _, m := range contextVariable.FindAllStringSubmatch(format, -1) {
		named[m[1]] = true
		if !slices.Contains(logged, m[1]) {
			faults = append(faults, "it holds "+m[1])
		}
	}
	for _, needed := range []string{"requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage"} {
		if !named[needed] {
			faults = append(faults, "it lacks "+needed)
		}
	}
	return faults
}

// TestTheAPIsAccessLogIsOfNobody: each call leaves a line, and nothing of it says
// whose call it was.
func TestTheAPIsAccessLogIsOfNobody(t *testing.T) {
	d := production(t)
	format, stages := "", 0
	d.each("AWS::ApiGatewayV2::Stage", func(_, _ string, properties blueprint.Map) {
		stages++
		format, _ = at(properties, "AccessLogSettings")["Format"].(string)
		group, _ := dig(properties, "AccessLogSettings", "DestinationArn", "Fn::GetAtt", "0").(string)
		if at(d.resource("template.yaml", group), "Properties")["RetentionInDays"] == nil {
			t.Errorf("the log group %q keeps its lines for ever, or is not there", group)
		}
	})
	if stages != 1 {
		t.Fatalf("%d stages", stages)
	}
	for _, fault := range accessLogFaults(format) {
		t.Errorf("access log: %s", fault)
	}
	for _, broken := range []string{
		format + "x", `{"a":"$context.routeKey"}`,
		format[:len(format)-1] + `,"x":"$context.identity.sourceIp"}`, format[:len(format)-1] + `,"x":"$context.path"}`,
		format[:len(format)-1] + `,"x":"$context.authorizer.claims.sub"}`, format[:len(format)-1] + `,"x":"$context.identity.userAgent"}`,
	} {
		if len(accessLogFaults(broken)) == 0 {
			t.Errorf("nothing is said of %s", broken)
		}
	}
}

// TestManagedRulesAreAsked: the firewall's rules of AWS's own, which cost money, are
// there when asked for and not otherwise, and none of them reads people's texts.
func TestManagedRulesAreAsked(t *testing.T) {
	d := production(t)
	groups := map[string]blueprint.Map{}
	rules, _ := at(d.resource("infra/edge.yaml", "Firewall"), "Properties")["Rules"].([]any)
	for _, r := range rules {
		if group, ok := dig(r, "Statement", "ManagedRuleGroupStatement").(blueprint.Map); ok {
			groups[group["Name"].(string)] = group
			if dig(r, "OverrideAction", "None") == nil {
				t.Errorf("asked to block, %s does not", group["Name"])
			}
		}
	}
	counted := map[string]bool{}
	overrides, _ := groups["AWSManagedRulesCommonRuleSet"]["RuleActionOverrides"].([]any)
	for _, o := range overrides {
		counted[dig(o, "Name").(string)] = dig(o, "ActionToUse", "Count") != nil
	}
	for _, body := range []string{"SizeRestrictions_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY"} {
		if !counted[body] {
			t.Errorf("%s would refuse what people write", body)
		}
	}
	if len(groups) != 3 || len(rules) != 4 {
		t.Errorf("%d groups among %d rules", len(groups), len(rules))
	}
	for _, name := range []string{"FirewallCommon", "FirewallBadInputs", "FirewallReputation"} {
		if p := at(at(d["template.yaml"], "Parameters"), name); p["Default"] != "off" {
			t.Errorf("%s costs money and is %v unless given", name, p["Default"])
		}
	}
}

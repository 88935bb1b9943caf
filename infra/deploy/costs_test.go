package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/tests/blueprint"
)

// resourceOf reads one resource's properties from a template.
func resourceOf(t *testing.T, file, id string) *yaml.Node {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), file))
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	properties := valueOf(valueOf(valueOf(doc.Content[0], "Resources"), id), "Properties")
	if properties == nil {
		t.Fatalf("%s has no %s", file, id)
	}
	return properties
}

// TestAnotherMailAddressLeavesTheBudget: CloudFormation replaces a budget whose
// subscribers change, and cannot make the new one beside the old one under one name.
func TestAnotherMailAddressLeavesTheBudget(t *testing.T) {
	budget := resourceOf(t, "infra/monitoring.yaml", "Budget")
	if name := valueOf(valueOf(budget, "Budget"), "BudgetName"); name != nil {
		t.Errorf("the budget has a fixed name, %s", name.Value)
	}
	told := 0
	for _, notification := range valueOf(budget, "NotificationsWithSubscribers").Content {
		for _, who := range valueOf(notification, "Subscribers").Content {
			told++
			if kind, at := valueOf(who, "SubscriptionType"), valueOf(who, "Address"); kind.Value != "SNS" || at.Value != "AlarmTopic" {
				t.Errorf("%s %s hears of the budget, not the topic of alarms", kind.Value, at.Value)
			}
		}
	}
	if told != 2 {
		t.Errorf("%d subscribers of the budget", told)
	}
	may := false
	policy := valueOf(resourceOf(t, "infra/operations.yaml", "AlarmsPolicy"), "PolicyDocument")
	for _, statement := range valueOf(policy, "Statement").Content {
		who := valueOf(valueOf(statement, "Principal"), "Service")
		may = may || slices.ContainsFunc(who.Content, func(n *yaml.Node) bool { return n.Value == "budgets.amazonaws.com" })
	}
	if !may {
		t.Error("the topic of alarms takes nothing of a budget")
	}
}

// TestAFreshAccountTakesTheDefaults: one in which nobody opened Cost Explorer refuses
// a monitor of anomalies, and the first deployment is taken back with it.
func TestAFreshAccountTakesTheDefaults(t *testing.T) {
	all := template(t)
	i := slices.IndexFunc(all, func(d stages.Parameter) bool { return d.Name == "AnomalyAbove" })
	if i < 0 || all[i].Default != "0" {
		t.Errorf("nobody asked for a monitor of anomalies: %+v", all[max(i, 0)])
	}
}

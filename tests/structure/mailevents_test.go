package structure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestMailEventsAreOfOurOwnSet: two installations in one account hear each other's
// mail come back on one bus, and each is to keep its own alone.
func TestMailEventsAreOfOurOwnSet(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "workers.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, set, _ := strings.Cut(string(text), "Type: AWS::SES::ConfigurationSet\n")
	_, name, _ := strings.Cut(set, "Name: !Sub ")
	name, _, found := strings.Cut(name, "\n")
	_, rule, _ := strings.Cut(string(text), "source: [aws.ses]\n")
	rule, _, _ = strings.Cut(rule, "RetryPolicy:")
	if want := `detail: {mail: {tags: {"ses:configuration-set": [!Sub "` + name + `"]}}}`; !found || !strings.Contains(rule, want) {
		t.Errorf("the rule hears %q, want %s", rule, want)
	}
}

// TestAllMailIsSentThroughTheSet: what is sent without it comes back unheard. That each
// sender may send through it is asked in tests/policy.
func TestAllMailIsSentThroughTheSet(t *testing.T) {
	b := load(t)
	senders := 0
	for _, f := range b.Functions {
		if f.Environment["MAIL_FROM"] == nil {
			continue
		}
		senders++
		want := "map[Fn::GetAtt:[Workers Outputs.MailConfigurationSet]]"
		if f.Template.File != "template.yaml" {
			want = "map[Fn::If:[OnAws map[Ref:MailSet] ]]"
		}
		if got := fmt.Sprint(f.Environment["MAIL_CONFIGURATION_SET"]); got != want {
			t.Errorf("%s: sends through %s, want %s", f.Name, got, want)
		}
		source, err := os.ReadFile(filepath.Join(f.Code, "main.go"))
		if err != nil || !strings.Contains(string(source), ".Through(") {
			t.Errorf("%s: its main does not send through the set (%v)", f.Name, err)
		}
	}
	if senders == 0 {
		t.Error("no function sends mail")
	}
}

// TestWhatComesBackIsHeard: each type of event that the set tells of is one that the
// rule before mail-feedback lets through.
func TestWhatComesBackIsHeard(t *testing.T) {
	b := load(t)
	destinations := b.Resources("AWS::SES::ConfigurationSetEventDestination")
	if len(destinations) != 1 {
		t.Fatalf("%d destinations of mail's events", len(destinations))
	}
	destination := at(destinations[0].Properties, "EventDestination")
	if got := fmt.Sprint(destination["Enabled"], destination["MatchingEventTypes"]); got != "true [bounce complaint reject]" {
		t.Errorf("the set tells of %s", got)
	}
	if at(destination, "EventBridgeDestination")["EventBusArn"] == nil {
		t.Error("the set tells no bus")
	}
	f, _ := b.Function("mail-feedback")
	rules := f.EventsOf("EventBridgeRule")
	if len(rules) != 1 {
		t.Fatalf("mail-feedback has %d rules", len(rules))
	}
	if got := fmt.Sprint(at(rules[0], "Pattern")["detail-type"]); got != "[Email Bounced Email Complaint Received Email Rejected]" {
		t.Errorf("mail-feedback hears %s", got)
	}
}

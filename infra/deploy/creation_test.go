package main

import (
	"io"
	"net/url"
	"os"
	"slices"
	"testing"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/stages"
)

// deploys stands in for a CloudFormation that does what it is told, and writes down
// each change set that is executed: what kind it is, whether tables are protected by
// it, and whether a failure takes back what it made.
func deploys(t *testing.T, there bool, executed *[]string) account {
	var proposed string
	return cloudFormation(t, func(action string, form url.Values) string {
		switch action {
		case "CreateChangeSet":
			proposed = form.Get("ChangeSetType") + " " + form.Get("Parameters.member.1.ParameterValue")
			return "<Id>set</Id>"
		case "DescribeChangeSet":
			return "<Status>CREATE_COMPLETE</Status>"
		case "ExecuteChangeSet":
			there = true
			*executed = append(*executed, proposed+" "+form.Get("RetainExceptOnCreate"))
		case "DescribeStacks":
			if there {
				return "<Stacks><member><StackName>devotional-trial</StackName><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>"
			}
		}
		return ""
	})
}

// TestACreationIsFollowedByProtection: whatever address the product has, the tables of
// a new stack are protected before the command ends, and a stack that was there is
// changed once. What a creation that fails has made goes with it.
func TestACreationIsFollowedByProtection(t *testing.T) {
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	for name, c := range map[string]struct {
		given string // AppUrl
		there bool
		want  []string
	}{
		"a domain":              {"https://own.example.com", false, []string{"CREATE false true", "UPDATE true false"}},
		"CloudFront's name":     {"", false, []string{"CREATE false true", "UPDATE true false"}},
		"a stack that is there": {"https://own.example.com", true, []string{"UPDATE true false"}},
	} {
		var executed []string
		a := deploys(t, c.there, &executed)
		d := &deployment{
			options: options{stage: "trial", mail: "owner@example.com"}, in: nobody, out: io.Discard, account: a, stack: newFormation(a, "devotional-trial"),
			steps: progress.To(io.Discard, 1), made: map[string]string{}, declared: []stages.Parameter{{Name: "TablesProtected", Optional: true}, {Name: "AppUrl"}},
			section: stages.Section{Parameters: map[string]string{}},
		}
		if c.given != "" {
			d.section.Parameters["AppUrl"] = c.given
		}
		if c.there {
			d.before = &deployed{}
		}
		if _, err := d.findAddress(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := d.change(t.Context()); err != nil || !slices.Equal(executed, c.want) {
			t.Errorf("%s: %v (%v), want %v", name, executed, err, c.want)
		}
	}
}

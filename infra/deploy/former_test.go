package main

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/progress"
)

// was is a stack that is gone, or with the id "live" one that is not.
type was struct{ id, stage, stays, adopted string }

// remembers stands in for a CloudFormation that knows these stacks.
func remembers(t *testing.T, all []was) account {
	parameter := func(name, value string) string {
		return "<member><ParameterKey>" + name + "</ParameterKey><ParameterValue>" + value + "</ParameterValue></member>"
	}
	return cloudFormation(t, func(action string, form url.Values) string {
		if action == "ListStacks" {
			list := ""
			for _, s := range all {
				list += "<member><StackName>devotional-trial</StackName><StackId>" + s.id + "</StackId></member>"
			}
			return "<StackSummaries>" + list + "</StackSummaries>"
		}
		for _, s := range all {
			live := s.id == "live"
			if form.Get("StackName") != s.id && !live {
				continue
			}
			switch action {
			case "DescribeStacks":
				state, parameters := "DELETE_COMPLETE", ""
				if live {
					state = "CREATE_COMPLETE"
				}
				if s.stage != "" {
					parameters += parameter("Stage", s.stage)
				}
				if s.adopted != "" {
					parameters += parameter("PlatformTableAdopted", "arn:aws:dynamodb:us-east-1:0:table/"+s.adopted)
				}
				return "<Stacks><member><StackName>devotional-trial</StackName><StackStatus>" + state + "</StackStatus><Parameters>" + parameters + "</Parameters></member></Stacks>"
			case "ListStackResources":
				if s.stays == "" {
					return ""
				}
				return "<StackResourceSummaries><member><LogicalResourceId>T</LogicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType><PhysicalResourceId>" +
					s.stays + "</PhysicalResourceId><ResourceStatus>DELETE_SKIPPED</ResourceStatus></member></StackResourceSummaries>"
			}
		}
		return ""
	})
}

// TestWhatIsGoneIsPurgedOnlyWhenAskedFor: of the stage alone, after it was listed, and
// never because nobody was there to say no.
func TestWhatIsGoneIsPurgedOnlyWhenAskedFor(t *testing.T) {
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	trial := was{"1", "trial", "people", "restored"}
	for name, c := range map[string]struct {
		all   []was
		yes   bool
		stays string
		says  string // of the error
	}{
		"the stage's":                {[]was{trial}, true, "people restored", ""},
		"the stage's, unasked":       {[]was{trial}, false, "", "YES=1"},
		"twice, and a first try":     {[]was{trial, {"2", "trial", "people", ""}, {"3", "", "", ""}}, true, "people restored", ""},
		"production's":               {[]was{{"1", "production", "people", ""}}, true, "", "production"},
		"one of two was another's":   {[]was{trial, {"2", "staging", "more", ""}}, true, "", "staging"},
		"none of ours":               {[]was{{"1", "", "people", ""}}, true, "", "STACK="},
		"never there":                {nil, true, "", "no stack"},
		"there, and none of ours":    {[]was{{"live", "", "people", ""}}, true, "", "STACK="},
		"there, and of production":   {[]was{{"live", "production", "people", ""}}, true, "", "production"},
		"there, but nobody is asked": {[]was{{"live", "trial", "people", ""}}, false, "", "YES=1"},
	} {
		var out strings.Builder
		a := remembers(t, c.all)
		r := &removal{options: options{stage: "trial", purge: true, yes: c.yes}, account: a, steps: progress.To(&out, 1), stack: newFormation(a, "devotional-trial")}
		stays, err := r.deleteStack(t.Context(), nobody, &out)
		var names []string
		for _, s := range stays {
			names = append(names, s.physical)
		}
		if c.says == "" && (err != nil || strings.Join(names, " ") != c.stays) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v goes (%v)", name, names, err)
		}
		if c.says == "YES=1" && !(strings.Contains(out.String(), "people") && strings.Contains(out.String(), c.all[0].adopted)) {
			t.Errorf("%s: what goes is not listed in\n%s", name, &out)
		}
	}
}

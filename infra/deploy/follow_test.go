package main

import (
	"context"
	"io"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/progress"
)

// TestPoliciesAreClosedAfterwards: also when somebody no longer waits for a deployment
// that may replace tables, and by the next one, which may find nothing to change.
func TestPoliciesAreClosedAfterwards(t *testing.T) {
	const nested = "arn:aws:cloudformation:us-east-1:0:stack/devotional-trial-Data/1"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	open := map[string]bool{}
	a := cloudFormation(t, func(action string, form url.Values) string {
		switch action {
		case "ListStackResources":
			if form.Get("StackName") == nested {
				return ""
			}
			return "<StackResourceSummaries><member><LogicalResourceId>Data</LogicalResourceId><ResourceType>" + nestedStack + "</ResourceType><PhysicalResourceId>" +
				nested + "</PhysicalResourceId></member></StackResourceSummaries>"
		case "SetStackPolicy":
			open[form.Get("StackName")] = form.Get("StackPolicyBody") == stackPolicy(true)
		case "ExecuteChangeSet":
			if len(open) != 2 || !open[nested] {
				t.Errorf("a deployment that may replace tables began with %v", open)
			}
		case "DescribeStacks":
			cancel()
		case "CreateChangeSet":
			return "<Id>set</Id>"
		case "DescribeChangeSet":
			return "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes.</StatusReason>"
		}
		return ""
	})
	d := &deployment{account: a, stack: newFormation(a, "devotional-trial"), steps: progress.To(io.Discard, 1), out: io.Discard, before: &deployed{}}
	d.allowReplace = true
	closed := func(when string) {
		t.Helper()
		if len(open) != 2 || open["devotional-trial"] || open[nested] {
			t.Errorf("%s: policies are open: %v", when, open)
		}
	}
	if _, err := d.execute(ctx, &changeSet{id: "set"}); err == nil || !strings.Contains(err.Error(), "no longer looking") {
		t.Errorf("an interrupted deployment: %v", err)
	}
	closed("interrupted")
	maps.Copy(open, map[string]bool{"devotional-trial": true, nested: true})
	if did, err := d.once(t.Context(), false); did || err != nil {
		t.Errorf("nothing to change: %v %v", did, err)
	}
	closed("nothing to change")
}

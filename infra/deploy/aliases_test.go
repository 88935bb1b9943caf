package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/devotionalai/platform/infra/deploy/gradual"
	"github.com/devotionalai/platform/infra/stages"
)

// TestAliasesStay: a deployment that is told nothing of steps, after one that was, is
// all at once by the same aliases, and so are those after it.
func TestAliasesStay(t *testing.T) {
	const steps = "Canary10Percent5Minutes"
	before := &deployed{}
	for i, c := range []struct{ given, is string }{{"", ""}, {steps, steps}, {"", gradual.AllAtOnce}, {"", gradual.AllAtOnce}, {steps, steps}} {
		d := &deployment{options: options{stage: "trial", shift: c.given}, section: stages.Section{Tags: map[string]string{"owner": "us"}}, before: before}
		if err := d.keepAliases(); err != nil || d.shift != c.is {
			t.Errorf("deployment %d, SHIFT=%s: %q (%v)", i, c.given, d.shift, err)
		}
		before = &deployed{}
		for name, value := range d.tags() {
			before.Tags = append(before.Tags, types.Tag{Key: aws.String(name), Value: aws.String(value)})
		}
		if before.tag("owner") != "us" || before.tag("stage") != "trial" {
			t.Errorf("deployment %d has the tags %v", i, d.tags())
		}
	}
	if err := (&deployment{options: options{shift: steps}}).keepAliases(); err == nil {
		t.Error("the first deployment of all was let in step by step")
	}
}

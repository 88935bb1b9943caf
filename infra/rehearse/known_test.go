package main

import "testing"

// TestWhatADeploymentWouldHave: what is given goes before the stack's value, and that
// before the template's; but a stack's value that was a default when it was made
// follows the template. Of the rest of a stack nothing counts.
func TestWhatADeploymentWouldHave(t *testing.T) {
	was := says(`<GetTemplateSummaryResponse><GetTemplateSummaryResult><Parameters><member><ParameterKey>BedrockImageModel</ParameterKey><DefaultValue>an.old-model</DefaultValue></member></Parameters></GetTemplateSummaryResult></GetTemplateSummaryResponse>`)
	model := func(stack string, given map[string]string) string {
		p := wholeAt(t, map[string]answer{"DescribeStacks": having("BedrockImageModel", stack), "GetTemplateSummary": was})
		p.Given = given
		return known(t.Context(), p).Values["BedrockImageModel"]
	}
	if got := model("a.chosen-model", nil); got != "a.chosen-model" {
		t.Errorf("the stack keeps its own, not %s", got)
	}
	if got := model("an.old-model", nil); got != wholeAt(t, nil).Defaults["BedrockImageModel"] {
		t.Errorf("a former default stays: %s", got)
	}
	if got := model("a.chosen-model", map[string]string{"BedrockImageModel": "a.given-model"}); got != "a.given-model" {
		t.Errorf("what is given does not count: %s", got)
	}
}

package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestAStagesSectionIsRead as make deploy reads it: the region of a command before that
// of all commands, and a stage without a section.
func TestAStagesSectionIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "samconfig.toml")
	text := "version = 0.1\n[trial.global.parameters]\nregion = \"eu-west-1\"\n[trial.deploy.parameters]\nregion = \"eu-central-1\"\nstack_name = \"ours\"\n" +
		"parameter_overrides = [\"Mode=aws\", \"StripePrices=a=b\"]\n[other.global.parameters]\nregion = \"eu-west-1\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[string]section{
		"trial": {"eu-central-1", "ours", map[string]string{"Mode": "aws", "StripePrices": "a=b"}},
		"other": {"eu-west-1", "devotional-other", map[string]string{}},
		"third": {"", "devotional-third", map[string]string{}},
	} {
		got, err := readSection(file, stage)
		if err != nil || got.Region != want.Region || got.Stack != want.Stack || !maps.Equal(got.Parameters, want.Parameters) {
			t.Errorf("%s: %+v, want %+v (%v)", stage, got, want, err)
		}
	}
	if ours, err := readSection(filepath.Join("..", "..", "samconfig.toml"), "production"); err != nil || ours.Region == "" || ours.Parameters["Mode"] != "aws" {
		t.Errorf("of the checkout: %+v, %v", ours, err)
	}
}

func TestSetIsRead(t *testing.T) {
	names := map[string]string{"MailFrom": "", "Mode": ""}
	got, err := splitSet(" MailFrom=Me <me@mail.example> Mode=aws ", names)
	if want := map[string]string{"MailFrom": "Me <me@mail.example>", "Mode": "aws"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
	if got, err := splitSet("Unknown=1 Mode=aws", names); err == nil {
		t.Errorf("a name that template.yaml does not have is taken: %v", got)
	}
}

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

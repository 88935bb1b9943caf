package stages

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestAStagesSectionIsRead: the region of a command before that
// of all commands, and a stage without a section.
func TestAStagesSectionIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "samconfig.toml")
	text := "version = 0.1\n[trial.global.parameters]\nregion = \"eu-west-1\"\n[trial.deploy.parameters]\nregion = \"eu-central-1\"\nstack_name = \"ours\"\n" +
		"parameter_overrides = [\"Mode=aws\", \"StripePrices=a=b\"]\n[other.global.parameters]\nregion = \"eu-west-1\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[string]Section{
		"trial": {Region: "eu-central-1", Stack: "ours", Parameters: map[string]string{"Mode": "aws", "StripePrices": "a=b"}},
		"other": {Region: "eu-west-1", Stack: "devotional-other", Parameters: map[string]string{}},
		"third": {Region: "", Stack: "devotional-third", Parameters: map[string]string{}},
	} {
		got, err := ReadSection(file, stage)
		if err != nil || got.Region != want.Region || got.Stack != want.Stack || !maps.Equal(got.Parameters, want.Parameters) {
			t.Errorf("%s: %+v, want %+v (%v)", stage, got, want, err)
		}
	}
	if ours, err := ReadSection(filepath.Join("..", "..", "samconfig.toml"), "production"); err != nil || ours.Region == "" || ours.Parameters["Mode"] != "aws" {
		t.Errorf("of the checkout: %+v, %v", ours, err)
	}
}

func TestSetIsRead(t *testing.T) {
	names := []string{"MailFrom", "Mode"}
	got, err := ReadSet(" MailFrom=Me <me@mail.example> Mode=aws ", names)
	if want := map[string]string{"MailFrom": "Me <me@mail.example>", "Mode": "aws"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
	if got, err := ReadSet("Unknown=1 Mode=aws", names); err == nil {
		t.Errorf("a name that template.yaml does not have is taken: %v", got)
	}
}

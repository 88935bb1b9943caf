package structure_test

import (
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

package deploying

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestTheGuideIsShort: from an empty account to a first video in twelve commands at
// most, each of which a test here runs, or says that it needs an account.
func TestTheGuideIsShort(t *testing.T) {
	root := blueprint.Root()
	raw, err := os.ReadFile(filepath.Join(root, "docs", "SAAS_DEPLOYMENT.md"))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(raw), "\n## From an empty account to a first video\n")
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1)
	var commands []string
	for _, block := range blocks {
		commands = append(commands, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	if len(commands) < 5 || len(commands) > 12 {
		t.Errorf("%d commands: %q", len(commands), commands)
	}
	proved := []string{"deploy STAGE=trial", "teardown STAGE=trial"}
	for _, line := range commands {
		command, mark, _ := strings.Cut(line, "# ")
		command = strings.TrimSpace(command)
		if target, isMake := strings.CutPrefix(command, "make "); isMake {
			name, _, _ := strings.Cut(target, " ")
			if !strings.Contains(string(makefile), "\n"+name+":") {
				t.Errorf("the Makefile has no %s", name)
			}
		}
		switch mark {
		case "needs an account":
		case "tests/deploying":
			if !slices.ContainsFunc(proved, func(p string) bool { return strings.HasPrefix(command, "make "+p) }) {
				t.Errorf("no test here runs %q", command)
			}
		default:
			t.Errorf("%q neither is run by a test nor says that it needs an account", line)
		}
	}
}

// TestWhatStaysIsKnown: what teardown lists, and purges, is all that templates keep
// when a stack goes.
func TestWhatStaysIsKnown(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "deploy", "changes.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(source), "var holdsData = ")
	list, _, _ = strings.Cut(list, "\n")
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, r := range b.Resources() {
		policy, _ := r.Doc["DeletionPolicy"].(string)
		if policy == "" || policy == "Delete" {
			continue
		}
		kept++
		if !strings.Contains(list, `"`+r.Type+`"`) {
			t.Errorf("%s: %s (%s) stays when the stack goes, and make teardown does not know it", r.Template.File, r.ID, r.Type)
		}
	}
	if kept < 5 {
		t.Errorf("templates keep %d resources: this looks at nothing", kept)
	}
}

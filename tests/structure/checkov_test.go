package structure_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/findings"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// TestCheckovFindsWhatIsExcepted: over the templates as CloudFormation gets them, it
// finds what infra/findings/exceptions.yaml gives a reason for, and nothing else.
func TestCheckovFindsWhatIsExcepted(t *testing.T) {
	program, err := toolbox.InstallCheckov(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for file, doc := range production(t) {
		raw, err := json.MarshalIndent(doc, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml") + ".json"
		if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := findings.Checkov(t.Context(), program, folder)
	if err != nil {
		t.Fatal(err)
	}
	list, err := findings.Ours()
	if err != nil {
		t.Fatal(err)
	}
	complaints := findings.Judge(found, list)
	for _, complaint := range complaints {
		t.Error(complaint)
	}
	t.Logf("checkov: %d findings, %d exceptions, %d complaints", len(found), len(list), len(complaints))
}

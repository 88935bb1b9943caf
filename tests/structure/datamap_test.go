package structure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/tests/blueprint"
)

func TestTheDataMapIsWhatIsDeclared(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), privacy.DataMap()) {
		t.Error("docs/privacy.md is not what shared/domains/privacy declares: make datamap")
	}
}

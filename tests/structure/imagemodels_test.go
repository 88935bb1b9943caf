package structure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/bedrock"
	"github.com/devotionalai/platform/tests/blueprint"
)

// TestPictureModelsAreSpokenAndGranted: the models that a deployment names by
// default are of a family that is spoken, and whoever may paint at all may use
// every model that could be named.
func TestPictureModelsAreSpokenAndGranted(t *testing.T) {
	for _, file := range []string{"template.yaml", "infra/workers.yaml"} {
		raw, err := os.ReadFile(filepath.Join(blueprint.Root(), filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		painters := strings.Count(text, "Action: bedrock:InvokeModel")
		if painters == 0 {
			t.Errorf("%s: nobody may paint", file)
		}
		for _, prefix := range bedrock.Prefixes() {
			if granted := strings.Count(text, ":bedrock:${BedrockRegion}::foundation-model/"+prefix+"*\n"); granted != painters {
				t.Errorf("%s: %d functions may paint, and %d may use %s*", file, painters, granted, prefix)
			}
		}
	}
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^  BedrockImageModel:\n    Type: String\n    Default: (\S+)$`).FindSubmatch(raw)
	if named == nil {
		t.Fatal("template.yaml names no picture models by default")
	}
	for model := range strings.SplitSeq(string(named[1]), ",") {
		if !bedrock.Speaks(model) {
			t.Errorf("template.yaml names %s by default, which is of no family that is spoken", model)
		}
	}
}

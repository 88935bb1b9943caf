package structure_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/tests/blueprint"
)

// TestTemplatesHavePictures: the web app's gallery shows one for each template.
func TestTemplatesHavePictures(t *testing.T) {
	t.Parallel()
	for _, template := range project.Templates() {
		picture, err := os.Stat(filepath.Join(blueprint.Root(), "frontend", "public", "templates", template.ID+".jpg"))
		if err != nil {
			t.Errorf("template %s has no picture in the web app: run make web-assets, look at it and commit it", template.ID)
			continue
		}
		if picture.Size() > 30_000 {
			t.Errorf("%s has %d bytes; eight of them are on the first page", picture.Name(), picture.Size())
		}
	}
}

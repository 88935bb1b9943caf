package renderer

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/devotionalai/platform/shared/domains/script"
)

// Fonts are the settings of the fonts that are not compiled in.
type Fonts struct {
	Folder  string   `env:"FONTS"`
	Lacking []string `env:"FONTS_LACKING"` // files that are not there, and are known not to be
}

// Stock is what there is to draw with.
func (f Fonts) Stock() script.Stock { return script.Without(f.Lacking...) }

// Gone names the fonts of some that ought to be in the folder and are not.
func (f Fonts) Gone(some []script.Font) []string {
	var gone []string
	for _, font := range some {
		if font.Compiled() || slices.Contains(gone, font.Family) {
			continue
		}
		if _, err := os.Stat(filepath.Join(f.Folder, font.File)); err != nil {
			gone = append(gone, font.Family)
		}
	}
	return gone
}

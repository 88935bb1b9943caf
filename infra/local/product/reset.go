package product

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/devotionalai/platform/infra/local/emulator"
)

// Reset empties a data folder, but not under a running product. The folder
// itself stays: it may be a mount.
func Reset(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find data folder: %w", err)
	}
	unlock, err := lockData(dir)
	if err != nil {
		return fmt.Errorf("%w; stop it first", err)
	}
	defer unlock()
	emulator.Loss(dir) // ends what a killed run left; what is lost matters no more
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list data folder: %w", err)
	}
	var failed []error
	for _, e := range entries {
		if e.Name() == lockName { // ours, and in use
			continue
		}
		failed = append(failed, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return errors.Join(failed...)
}

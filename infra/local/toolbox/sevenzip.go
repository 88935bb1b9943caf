package toolbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// InstallSevenZip makes root/.tools/sevenzip and answers the program 7z in it. It
// is there for Linux on x86-64 only. Only tests need it.
func InstallSevenZip(ctx context.Context, root string, say func(string)) (string, error) {
	dir, err := folder(root, "sevenzip")
	if err != nil {
		return "", fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-sevenzip.txt", say); err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(dir, "lib", "python3.*", "site-packages", "extractcode_7z", "bin", "7z"))
	if err != nil || len(found) == 0 {
		return "", errors.New("find 7z under .tools/sevenzip: remove it and run again")
	}
	return found[0], os.Chmod(found[0], 0o755)
}

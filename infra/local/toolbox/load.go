package toolbox

import (
	"context"
	"fmt"
	"path/filepath"
)

// InstallLoad makes root/.tools/load and answers its locust. Only make load and the
// proof of the same need it.
func InstallLoad(ctx context.Context, root string, say func(string)) (string, error) {
	dir, err := folder(root, "load")
	if err != nil {
		return "", fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-load.txt", say); err != nil {
		return "", err
	}
	return filepath.Join(dir, "bin", "locust"), nil
}

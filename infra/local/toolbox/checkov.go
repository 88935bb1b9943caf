package toolbox

import (
	"context"
	"fmt"
	"path/filepath"
)

// InstallCheckov makes root/.tools/checkov and answers its program. Only make scan
// and make proofs need it.
func InstallCheckov(ctx context.Context, root string, say func(string)) (string, error) {
	dir, err := folder(root, "checkov")
	if err != nil {
		return "", fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-checkov.txt", say); err != nil {
		return "", err
	}
	return filepath.Join(dir, "bin", "checkov"), nil
}

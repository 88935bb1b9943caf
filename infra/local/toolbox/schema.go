package toolbox

import (
	"context"
	"fmt"
	"path/filepath"
)

// InstallSchema makes root/.tools/schema and answers its schemathesis. Only make
// schema-check needs it.
func InstallSchema(ctx context.Context, root string, say func(string)) (string, error) {
	dir, err := folder(root, "schema")
	if err != nil {
		return "", fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-schema.txt", say); err != nil {
		return "", err
	}
	return filepath.Join(dir, "bin", "schemathesis"), nil
}

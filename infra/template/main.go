// Command template writes what the rows of shared/httpapi and each function's
// settings say into template.yaml and infra/workers.yaml. `make template`
// runs it at the root of the repository.
package main

import (
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/template/blocks"
	"github.com/devotionalai/platform/shared/httpapi"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "make template:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	stale, err := blocks.Stale(root, httpapi.Routes())
	if err != nil {
		return err
	}
	for _, f := range stale {
		if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", f.Path, err)
		}
		fmt.Println("wrote", f.Path)
	}
	return nil
}

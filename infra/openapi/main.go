// Command openapi writes docs/openapi.json, docs/api.html and its policy from
// the route rows. `make openapi` runs it at the root of the repository.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/openapi"
)

func main() {
	if err := write("docs"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	routes := httpapi.Routes()
	document, err := openapi.Generate(routes)
	if err != nil {
		return err
	}
	page, policy, err := openapi.Page(document, routes, filepath.Join(dir, "errors"))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"openapi.json": document, "api.html": page, "api.csp": []byte(policy)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

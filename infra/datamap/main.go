// Command datamap writes the data map of docs/privacy.md from the declaration in
// shared/domains/privacy. `make datamap` runs it at the root of the repository.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

const page = "docs/privacy.md"

// The marks that the generated part of the page stands between.
const (
	begin = "<!-- the data map: written by `make datamap`, do not edit -->\n"
	end   = "<!-- end of the data map -->\n"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	old, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return errors.New(page + " lacks the marks of the data map")
	}
	return os.WriteFile(page, []byte(before+begin+"\n"+privacy.DataMap()+"\n"+end+after), 0o644)
}

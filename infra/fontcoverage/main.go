// Command fontcoverage writes which characters the fonts have into
// shared/domains/script: run it after a font was added or replaced.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/devotionalai/platform/infra/local/toolbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := write(ctx, filepath.Join("shared", "domains", "script", "coverage.txt")); err != nil {
		fmt.Fprintln(os.Stderr, "fontcoverage:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, path string) error {
	folder, _, err := toolbox.InstallFonts(ctx, ".", func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return err
	}
	table, err := Table(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(table), 0o644)
}

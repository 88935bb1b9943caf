package harness

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// LaunchTables starts an emulator outside of a test, on a free port and with
// nothing in it but the two tables. The caller closes it.
func LaunchTables(ctx context.Context) (*Store, func() error, error) {
	installed, _, err := toolbox.Install(ctx, blueprint.Root(), func(string) {})
	if err != nil {
		return nil, nil, fmt.Errorf("install the pinned tools (make tools shows more): %w", err)
	}
	dir, err := os.MkdirTemp("", "devotional-tables-")
	if err != nil {
		return nil, nil, fmt.Errorf("make data folder: %w", err)
	}
	port, err := FreePort("0")
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	process, err := emulator.Start(ctx, emulator.Config{Python: installed.Python, Port: port, Dir: dir})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	end := func() error { return errors.Join(process.Stop(), os.RemoveAll(dir)) }
	s := &Store{Emulator: At(process.Endpoint), Platform: "platform", Directory: "directory"}
	if err := createTables(ctx, s); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return s, end, nil
}

func createTables(ctx context.Context, s *Store) error {
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		return fmt.Errorf("read the template: %w", err)
	}
	names := map[string]string{"Platform": s.Platform, "Directory": s.Directory}
	for _, r := range b.Resources("AWS::DynamoDB::Table") {
		if name := names[r.ID]; name != "" {
			if err := createTable(ctx, s.AWS, name, r.Properties); err != nil {
				return fmt.Errorf("create the %s table: %w", r.ID, err)
			}
		}
	}
	return nil
}

package browser

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/launch"
)

// TestInTheBrowser runs the *.spec.ts of this folder in a headless Chromium
// against a product of its own. PLAYWRIGHT_ARGS picks some of them:
// PLAYWRIGHT_ARGS='tabs.spec.ts --headed'.
func TestInTheBrowser(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rig, err := Install(ctx)
	if err != nil {
		t.Fatal(err)
	}
	watchSources(t, rig.Folder)
	check := rig.Node(ctx, filepath.Join("node_modules", "typescript", "bin", "tsc"), "-p", ".")
	if said, err := check.CombinedOutput(); err != nil {
		t.Fatalf("type check: %v\n%s", err, said)
	}
	p := launch.ForTest(t, launch.Options{Web: product.BuiltWeb, Settings: map[string]string{
		// Small enough to be used up within a test.
		"QUOTA_RENDER_MINUTES": "1",
		"QUOTA_IMAGES_COUNT":   "20",
		"QUOTA_UPLOADS_COUNT":  "3",
		// Everybody comes from one address, and does in seconds what takes people minutes.
		"RATE_LIMIT_ANONYMOUS_PER_MINUTE": "100000",
		"RATE_LIMIT_USER_PER_SECOND":      "1000",
		"MAGIC_LINK_PER_ADDRESS_PER_HOUR": "1000",
		"MAX_RUNNING_JOBS_PER_TENANT":     "100",
	}})
	out, some := filepath.Join(blueprint.Root(), "out"), strings.Fields(os.Getenv("PLAYWRIGHT_ARGS"))
	if len(some) == 0 {
		// A page that is gone would leave its picture.
		if err := os.RemoveAll(filepath.Join(out, "screens")); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{filepath.Join("node_modules", "@playwright", "test", "cli.js"), "test"}, some...)
	run := rig.Node(ctx, args...)
	run.Env = append(run.Env, "PRODUCT_URL="+p.URL, "EMULATOR_URL="+p.Product.Emulator.Endpoint, "SCREENS_DIR="+filepath.Join(out, "screens"), "RESULTS_DIR="+filepath.Join(out, "browser"))
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if testing.Verbose() {
		run.Stdout, run.Stderr = os.Stdout, os.Stderr
	}
	if err := Run(run); err != nil {
		t.Errorf("%v\n%s\npictures of what failed: %s", err, said.Bytes(), filepath.Join(out, "browser"))
	}
}

// watchSources lets the go command know what this test depends on, so that it
// runs again when a page or a test changed. What other programs read, the go
// command does not see.
func watchSources(t *testing.T, folder string) {
	t.Helper()
	patterns := []string{filepath.Join(folder, "*.ts"), filepath.Join(folder, "*.mjs"), filepath.Join(folder, "*.json")}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if _, err := os.Stat(file); err != nil {
				t.Fatal(err)
			}
		}
	}
}

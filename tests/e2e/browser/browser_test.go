package browser

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// TestInTheBrowser runs the *.spec.ts of this folder in a headless Chromium
// against a product of its own. PLAYWRIGHT_ARGS picks some of them:
// PLAYWRIGHT_ARGS='tabs.spec.ts --headed'.
func TestInTheBrowser(t *testing.T) {
	some := strings.Fields(os.Getenv("PLAYWRIGHT_ARGS"))
	if len(some) == 0 {
		// A page that is gone would leave its picture.
		if err := os.RemoveAll(screens()); err != nil {
			t.Fatal(err)
		}
	}
	inBrowser(t, specs{args: some, leaveOut: rotation, results: "browser"}, map[string]string{
		// Small enough to be used up within a test.
		"QUOTA_RENDER_MINUTES": "1",
		"QUOTA_IMAGES_COUNT":   "20",
		"QUOTA_UPLOADS_COUNT":  "3",
		// Long enough to change one's mind in a test, and not to wait for.
		"ERASURE_COOL_OFF": "20s",
		"ERASURE_QUIET":    "1s",
	})
}

// rotation needs a product of its own: its rotation is everybody's, and its
// access tokens end while others would still use theirs.
const rotation = "rotation.spec.ts"

// TestTwoTabsOutliveARotation: access tokens end every few seconds by the real
// clock while two tabs work and the signing secret is rotated, which takes the
// minute that it takes anywhere. An ordinary run has as many refreshes as come in
// that time and some before and after.
func TestTwoTabsOutliveARotation(t *testing.T) {
	harness.Proof(t)
	refreshes := 0
	if harness.InFull() {
		refreshes = 30
	}
	inBrowser(t, specs{args: []string{rotation}, results: "browser-rotation", env: "REFRESHES=" + strconv.Itoa(refreshes)}, map[string]string{
		// Written in whole seconds, the end of a token may be nearly a second earlier.
		"ACCESS_TOKEN_TTL": "3s",
	})
}

// specs are what one product is tried with.
type specs struct {
	args     []string // for playwright test; a name of a file picks it
	leaveOut string   // one file that the run goes without
	results  string   // folder below out/ for pictures of what failed
	env      string   // one more setting of the specs
}

func inBrowser(t *testing.T, s specs, settings map[string]string) {
	t.Helper()
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
	// Everybody comes from one address, and does in seconds what takes people minutes.
	for _, limit := range []string{"RATE_LIMIT_ANONYMOUS_PER_MINUTE=100000", "RATE_LIMIT_USER_PER_SECOND=1000", "MAGIC_LINK_PER_ADDRESS_PER_HOUR=1000", "MAX_RUNNING_JOBS_PER_TENANT=100"} {
		name, value, _ := strings.Cut(limit, "=")
		settings[name] = value
	}
	p := launch.ForTest(t, launch.Options{Web: product.BuiltWeb, Settings: settings})
	results := filepath.Join(blueprint.Root(), "out", s.results)
	args := append([]string{filepath.Join("node_modules", "@playwright", "test", "cli.js"), "test"}, s.args...)
	run := rig.Node(ctx, args...)
	run.Env = append(run.Env, "PRODUCT_URL="+p.URL, "EMULATOR_URL="+p.Product.Emulator.Endpoint, "SCREENS_DIR="+screens(), "RESULTS_DIR="+results, "LEAVE_OUT="+s.leaveOut)
	if s.env != "" {
		run.Env = append(run.Env, s.env)
	}
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if testing.Verbose() {
		run.Stdout, run.Stderr = os.Stdout, os.Stderr
	}
	if err := Run(run); err != nil {
		t.Errorf("%v\n%s\npictures of what failed: %s", err, said.Bytes(), results)
	}
}

func screens() string { return filepath.Join(blueprint.Root(), "out", "screens") }

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

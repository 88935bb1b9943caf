package toolbox

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// StripeMocks are the versions of Stripe's own stand-in that our calls are held
// to, by the API version that each knows. None knows ours, 2023-10-16, so there is
// one before it and one after it.
func StripeMocks() map[string]string {
	return map[string]string{"2022-11-15": "v0.162.0", "2026-08-26.dahlia": "v0.203.0"}
}

// InstallStripeMock makes root/.tools/stripe-mock-<version> and answers the program
// in it, and whether it had to. Only tests need it.
func InstallStripeMock(ctx context.Context, root, version string, say func(string)) (string, bool, error) {
	dir, err := folder(root, "stripe-mock-"+version)
	if err != nil {
		return "", false, fmt.Errorf("find checkout: %w", err)
	}
	fresh, err := once(dir, []byte(version), func() error {
		say("building stripe-mock " + version)
		cmd := exec.CommandContext(ctx, "go", "install", "github.com/stripe/stripe-mock@"+version)
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("install stripe-mock: %w: %.500s", err, out)
		}
		return nil
	})
	return filepath.Join(dir, "stripe-mock"), fresh, err
}

// Package browser runs what needs a browser against a running product: the
// tests beside it, and bench/web. Both use a Chromium that comes as an npm
// package, so that neither needs root nor a browser on the machine.
package browser

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/devotionalai/platform/tests/blueprint"
)

// Rig is the installed packages and the unpacked Chromium.
type Rig struct {
	Folder   string // where the packages are, and the tests
	chromium string // how to start it, as chromium.mjs says it
}

// Install makes the rig ready: npm ci when the lock file is another than at the
// last time, and Chromium when its version is. A second process waits.
func Install(ctx context.Context) (Rig, error) {
	root := blueprint.Root()
	r := Rig{Folder: filepath.Join(root, "tests", "e2e", "browser")}
	tools := filepath.Join(root, ".tools", "browser")
	unlock, err := lock(tools)
	if err != nil {
		return r, err
	}
	defer unlock()
	if err := r.packages(ctx); err != nil {
		return r, err
	}
	out, err := r.Node(ctx, "chromium.mjs", tools).Output()
	if err != nil {
		return r, fmt.Errorf("unpack Chromium: %w", withWords(err))
	}
	r.chromium = string(out)
	return r, nil
}

// packages notes what was installed among the packages, so that the note goes
// when they go: npm ci begins by removing the folder.
func (r Rig) packages(ctx context.Context) error {
	sum := sha256.New()
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		raw, err := os.ReadFile(filepath.Join(r.Folder, name))
		if err != nil {
			return fmt.Errorf("read the browser tests' packages: %w", err)
		}
		sum.Write(raw)
	}
	want, note := hex.EncodeToString(sum.Sum(nil)), filepath.Join(r.Folder, "node_modules", ".installed")
	if got, err := os.ReadFile(note); err == nil && string(got) == want {
		return nil
	}
	cmd := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error")
	cmd.Dir = r.Folder
	// One browser is enough; its package brings it along.
	cmd.Env = append(os.Environ(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1", "PUPPETEER_SKIP_DOWNLOAD=1")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in %s: %w: %s", r.Folder, err, said)
	}
	return os.WriteFile(note, []byte(want), 0o644)
}

// endWithUs makes Node end when its input does, which is when we end, in
// whatever way: a browser must not outlive the test that started it. Programs
// that Node forks from there have a channel to their parent and end with that.
const endWithUs = "data:text/javascript,process.send || process.stdin.on('end', () => process.exit(1)).resume().unref()"

// Node is a command that runs a script of the folder with the rig's settings.
// Start it with Run.
func (r Rig) Node(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = r.Folder
	cmd.Env = append(os.Environ(), "CHROMIUM="+r.chromium)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// Run runs a command of Node until its end, and ends it with this process.
func Run(cmd *exec.Cmd) error {
	cmd.Args = append([]string{cmd.Args[0], "--import", endWithUs}, cmd.Args[1:]...)
	// Nothing is written: the pipe closes when this process ends.
	alive, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("open pipe: %w", err)
	}
	defer alive.Close()
	return cmd.Run()
}

func lock(folder string) (func(), error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("take lock: %w", err), f.Close())
	}
	return func() { f.Close() }, nil
}

// withWords adds what a program said when it failed.
func withWords(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; Node comes from https://nodejs.org/en/download", err)
	}
	return err
}

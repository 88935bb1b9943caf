// Package webapp installs the web app's packages, builds frontend/dist, and runs
// the server that rebuilds it while somebody works on it.
package webapp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// App is the web app of one checkout.
type App struct {
	folder string // frontend/
	record string // where it is noted what dist was built from
	locks  string
	log    string // everything that the last build said
}

// waitDelay is how long a program may take to end after it was told to.
const waitDelay = 5 * time.Second

// In answers the web app of the checkout at root.
func In(root string) App {
	build := filepath.Join(root, ".build")
	return App{
		folder: filepath.Join(root, "frontend"), record: filepath.Join(build, "webapp.built"),
		locks: filepath.Join(build, "webapp.lock"), log: filepath.Join(build, "webapp.log"),
	}
}

// Dist is the folder that Build fills.
func (a App) Dist() string { return filepath.Join(a.folder, "dist") }

// Build makes Dist of the sources, with the packages that the lock file names,
// and says whether it had to. A second process that builds at the same time
// waits.
func (a App) Build(ctx context.Context, say func(string)) (bool, error) {
	unlock, err := a.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	if err := a.packages(ctx, say); err != nil {
		return false, err
	}
	source, err := a.sourceDigest()
	if err != nil {
		return false, err
	}
	if noted(a.record, source) && exists(filepath.Join(a.Dist(), "index.html")) {
		return false, nil
	}
	// A build that is killed leaves half a folder.
	if err := os.Remove(a.record); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("forget the last build: %w", err)
	}
	say("building frontend/dist")
	if err := a.run(ctx, say, "npm", "run", "--silent", "build"); err != nil {
		return false, fmt.Errorf("build the web app: %w", err)
	}
	if !exists(filepath.Join(a.Dist(), "index.html")) {
		return false, errors.New("build the web app: npm run build made no frontend/dist/index.html")
	}
	return true, os.WriteFile(a.record, []byte(source), 0o644)
}

// Kept answers an error unless Dist is there.
func (a App) Kept() error {
	if !exists(filepath.Join(a.Dist(), "index.html")) {
		return fmt.Errorf("%s holds no built web app", a.Dist())
	}
	return nil
}

// Install makes the packages those that the lock file names.
func (a App) Install(ctx context.Context, say func(string)) error {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return a.packages(ctx, say)
}

// packages runs npm ci when the lock file is another than at the last time. The
// note lies among the packages, so that it goes when they go: npm ci begins by
// removing the folder.
func (a App) packages(ctx context.Context, say func(string)) error {
	want, err := digest(a.folder, "package.json", "package-lock.json", ".npmrc")
	if err != nil {
		return err
	}
	note := filepath.Join(a.folder, "node_modules", ".installed")
	if noted(note, want) {
		return nil
	}
	say("installing packages (npm ci)")
	if err := a.run(ctx, say, "npm", "ci", "--no-audit", "--no-fund", "--loglevel", "http"); err != nil {
		return fmt.Errorf("install the web app's packages: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(note), 0o755); err != nil { // a lock file without packages
		return fmt.Errorf("make packages folder: %w", err)
	}
	return os.WriteFile(note, []byte(want), 0o644)
}

func (a App) lock() (func(), error) {
	if err := os.MkdirAll(filepath.Dir(a.locks), 0o755); err != nil {
		return nil, fmt.Errorf("make build folder: %w", err)
	}
	f, err := os.OpenFile(a.locks, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open web app lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("take web app lock: %w", err), f.Close())
	}
	return func() { f.Close() }, nil
}

// sourceDigest covers what the build reads: everything in frontend/ but what is
// made from it, and the API's contract, which its types are made from.
func (a App) sourceDigest() (string, error) {
	var files []string
	err := filepath.WalkDir(a.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		made := entry.IsDir() && filepath.Dir(path) == a.folder && (entry.Name() == "node_modules" || entry.Name() == "dist")
		if made {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() {
			relative, err := filepath.Rel(a.folder, path)
			files = append(files, relative)
			return err
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read the web app's sources: %w", err)
	}
	slices.Sort(files)
	return digest(a.folder, append(files, filepath.Join("..", "docs", "openapi.json"))...)
}

// digest is over the names and the contents of files; an absent one counts as
// empty.
func digest(folder string, names ...string) (string, error) {
	sum := sha256.New()
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read the web app's sources: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(name), len(raw))
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func noted(path, want string) bool {
	got, err := os.ReadFile(path)
	return err == nil && string(got) == want
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// run shows a program's lines as progress and keeps all of them in the log; the
// line that says most becomes the error.
func (a App) run(ctx context.Context, say func(string), name string, args ...string) error {
	log, err := os.Create(a.log)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer log.Close()
	heard := &listener{say: say}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = a.folder
	cmd.Stdout = io.MultiWriter(log, heard)
	cmd.Stderr = cmd.Stdout
	// npm starts programs of its own; they end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = waitDelay
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%s is not on this machine; it comes with Node: https://nodejs.org/en/download", name)
	case err != nil:
		return fmt.Errorf("%s (%w; all of it: %s)", heard.why(), err, shown(a.log))
	}
	return nil
}

// shown is a path as a person in the checkout would write it.
func shown(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(here, path); err == nil && !strings.HasPrefix(short, "..") {
		return short
	}
	return path
}

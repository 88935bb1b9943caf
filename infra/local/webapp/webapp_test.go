package webapp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// checkout is a web app without packages, whose build writes what it was told
// into the index.
func checkout(t *testing.T, build string) (App, func(name, text string)) {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("docs/openapi.json", "{}")
	write("frontend/package.json", `{"name":"web","version":"1.0.0","scripts":{"build":"node build.mjs"}}`)
	write("frontend/package-lock.json", `{"name":"web","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"web","version":"1.0.0"}}}`)
	write("frontend/src/main.tsx", "one")
	write("frontend/build.mjs", build)
	return In(root), write
}

const copies = `
import fs from "node:fs";
fs.mkdirSync("dist/assets", { recursive: true });
fs.writeFileSync("dist/index.html", fs.readFileSync("src/main.tsx"));
fs.appendFileSync("../builds", "x");
`

func build(t *testing.T, a App) bool {
	t.Helper()
	fresh, err := a.Build(t.Context(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func TestBuildsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	a, write := checkout(t, copies)
	if !build(t, a) {
		t.Error("the first build did nothing")
	}
	if build(t, a) {
		t.Error("built again without a change")
	}
	for name, text := range map[string]string{"frontend/src/main.tsx": "two", "docs/openapi.json": `{"a":1}`, "frontend/public/icon.svg": "<svg/>"} {
		write(name, text)
		if !build(t, a) {
			t.Errorf("%s changed and nothing was built", name)
		}
	}
	if got, err := os.ReadFile(filepath.Join(a.Dist(), "index.html")); err != nil || string(got) != "two" {
		t.Errorf("built %q, %v", got, err)
	}
	if err := os.RemoveAll(a.Dist()); err != nil {
		t.Fatal(err)
	}
	if !build(t, a) {
		t.Error("dist was gone and stayed gone")
	}
}

func TestPackagesAreInstalledWhenTheLockFileChanges(t *testing.T) {
	t.Parallel()
	a, write := checkout(t, copies)
	build(t, a)
	kept := filepath.Join(a.folder, "node_modules", "kept")
	installed := func() bool { // npm ci begins by removing the folder
		t.Helper()
		if err := os.WriteFile(kept, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		build(t, a)
		_, err := os.Stat(kept)
		return errors.Is(err, os.ErrNotExist)
	}
	if installed() {
		t.Error("installed without a change")
	}
	write("frontend/src/main.tsx", "two")
	if installed() {
		t.Error("installed for a change of the sources")
	}
	write("frontend/package-lock.json", `{"name":"web","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"web","version":"1.0.0"}}}`)
	if !installed() {
		t.Error("the lock file changed and nothing was installed")
	}
}

// TestFailures: what stops the build is one line, and is not taken for a build.
func TestFailures(t *testing.T) {
	t.Parallel()
	a, write := checkout(t, copies)
	build(t, a)
	write("frontend/build.mjs", `
import fs from "node:fs";
fs.writeFileSync("dist/index.html", "half");
console.error("\x1b[31m[UNRESOLVED_IMPORT]\x1b[0m Could not resolve './nothing'\n  [ src/main.tsx:5:8 ]\n    at some line");
process.exit(1);`)
	for range 2 {
		_, err := a.Build(t.Context(), func(string) {})
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "src/main.tsx:5:8: Could not resolve './nothing'") {
			t.Errorf("a broken source: %v", err)
		}
	}
	write("frontend/build.mjs", copies)
	if !build(t, a) {
		t.Error("half a build was taken for a whole one")
	}
	write("frontend/build.mjs", `import fs from "node:fs"; fs.rmSync("dist", { recursive: true });`)
	if _, err := a.Build(t.Context(), func(string) {}); err == nil {
		t.Error("a build without an index was taken for one")
	}
	write("frontend/package-lock.json", "{")
	if _, err := a.Build(t.Context(), func(string) {}); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "install the web app's packages") {
		t.Errorf("a broken lock file: %v", err)
	}
}

// TestStop: a build that is stopped ends with all that it started.
func TestStop(t *testing.T) {
	t.Parallel()
	a, _ := checkout(t, `console.log("working", process.pid); setInterval(() => {}, 1000);`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stopped := errors.New("stopped by the test")
	ctx, stop := context.WithCancelCause(ctx)
	pid := 0
	_, err := a.Build(ctx, func(line string) {
		if n, _ := fmt.Sscanf(line, "working %d", &pid); n == 1 {
			stop(stopped)
		}
	})
	if !errors.Is(err, stopped) {
		t.Errorf("stopped: %v", err)
	}
	for end := time.Now().Add(20 * time.Second); !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("process %d lives on", pid)
		}
	}
}

func TestTheReasonOfAFailure(t *testing.T) {
	t.Parallel()
	for want, said := range map[string]string{
		"`npm ci` can only install packages when both files are in sync.": "npm warn Unknown user config\nnpm error code EUSAGE\nnpm error\n" +
			"npm error `npm ci` can only install packages when both files are in sync.\nnpm error Missing: a from lock file\n",
		"request to https://example.com/a failed, reason: getaddrinfo ENOTFOUND": "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error errno ENOTFOUND\n" +
			"npm error network request to https://example.com/a failed, reason: getaddrinfo ENOTFOUND\nnpm error A complete log of this run can be found in: x",
		"src/main.tsx:1:12: Unexpected token": "✗ Build failed in 28ms\nerror during build:\n\x1b[31m[builtin:vite-transform] \x1b[0mUnexpected token\n   ╭─[ src/main.tsx:1:12 ]\n",
		"sh: 1: vite: not found":              "sh: 1: vite: not found",
	} {
		l := &listener{say: func(string) {}}
		for _, b := range []byte(said) { // in the smallest pieces
			if _, err := l.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		if got := l.why(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

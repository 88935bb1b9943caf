package structure_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// buildFlags are the GOFLAGS with which a file of this checkout has functions built.
func buildFlags(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), file))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`GOFLAGS="?=?(-trimpath[^"]*)"`).FindSubmatch(raw)
	if found == nil {
		t.Fatalf("%s builds functions without GOFLAGS", file)
	}
	return string(found[1])
}

// builtAt commits a module of one function at a place of its own, beside other notes,
// and builds the function there.
func builtAt(t *testing.T, flags, notes string) []byte {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/product\n\ngo 1.26\n", "notes.md": notes,
		"main.go": "package main\n\nimport \"runtime/debug\"\n\nfunc main() {\n\tinfo, _ := debug.ReadBuildInfo()\n\tprintln(info.Main.Path)\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		for _, line := range os.Environ() {
			if !strings.HasPrefix(line, "GIT_") { // of a hook that runs this
				cmd.Env = append(cmd.Env, line)
			}
		}
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0", "GOFLAGS="+flags, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	run("git", "init", "-q")
	run("git", "add", ".")
	run("git", "-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "-qm", notes)
	run("go", "build", "-o", "bootstrap", ".")
	built, err := os.ReadFile(filepath.Join(dir, "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// TestAnUnchangedFunctionIsTheSameBytes: from commit to commit and from folder to
// folder, so that a deployment updates what changed. The flags that the product is
// built with do it, and without one of them they do not.
func TestAnUnchangedFunctionIsTheSameBytes(t *testing.T) {
	t.Parallel()
	flags := buildFlags(t, "Makefile")
	if other := buildFlags(t, filepath.Join("infra", "local", "saminvoke", "main.go")); other != flags {
		t.Errorf("make build has the flags %q, make sam-invoke %q", flags, other)
	}
	if !bytes.Equal(builtAt(t, flags, "one"), builtAt(t, flags, "two")) {
		t.Errorf("with %q two commits give two binaries", flags)
	}
	for _, needed := range []string{"-buildvcs=false", "-trimpath"} {
		without := strings.ReplaceAll(flags, needed, "")
		if bytes.Equal(builtAt(t, without, "one"), builtAt(t, without, "two")) {
			t.Errorf("without %s two commits give one binary: this test shows nothing", needed)
		}
	}
	local, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "local", "artifacts", "build.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{`"-trimpath"`, `"-buildvcs=false"`} {
		if !bytes.Contains(local, []byte(needed)) {
			t.Errorf("infra/local/artifacts builds without %s", needed)
		}
	}
}

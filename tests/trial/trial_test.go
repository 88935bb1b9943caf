// Package trial adds endpoints to a copy of the checkout, by hand and with make
// new-function, and holds what that takes.
package trial

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// handEdits is how many files an endpoint may take by hand: row and handler,
// main, an event, and what is wanted of it.
const handEdits = 4

func TestAnEndpointIsFourFiles(t *testing.T) {
	t.Parallel()
	c := newCopy(t)
	edits := outline(t, c)
	for path, content := range edits {
		c.write(t, path, content)
	}
	if len(edits) > handEdits {
		t.Errorf("the endpoint took %d files by hand, at most %d", len(edits), handEdits)
	}

	// What is forgotten is named.
	said, err := c.run("go", "test", "-count=1", "-run", "TestTemplateIsWrittenFromTheRows|TestEveryFolder", "./tests/structure")
	if err == nil || !strings.Contains(said, "run: make template") || !strings.Contains(said, "template.yaml") || !strings.Contains(said, "operations.yaml") {
		t.Errorf("before make template the structure tests say (%v):\n%s", err, said)
	}

	c.must(t, "go", "run", "./infra/template")
	c.must(t, "go", "run", "./infra/openapi")
	// One of a noun that has rows, and one of a new noun.
	c.must(t, "go", "run", "./infra/local/newfunction", "project-glance")
	c.must(t, "go", "run", "./infra/local/newfunction", "hymn-get")

	added := []string{"./functions/project-outline", "./functions/project-glance", "./functions/hymn-get"}
	c.must(t, "go", append([]string{"vet", "./shared/httpapi/...", "./infra/template/..."}, added...)...)
	said = c.must(t, "go", append([]string{"test", "-count=1", "-v", "-run", "Contract|Template|Every|Function|Row|Environment|Reference|Polic|Document",
		"./tests/structure", "./shared/httpapi/..."}, added...)...)
	for _, ran := range []string{"TestContract/own", "TestContract/signed-in", "TestContract/no-token", "TestTemplateIsWrittenFromTheRows"} {
		if !strings.Contains(said, "--- PASS: "+ran) {
			t.Errorf("%s did not run:\n%s", ran, said)
		}
	}
	if unformatted := c.must(t, "gofmt", "-l", "shared/httpapi", "functions"); unformatted != "" {
		t.Errorf("not formatted: %s", unformatted)
	}
}

// tree is a copy of the checkout.
type tree struct{ root string }

// newCopy copies what is no build product. The place is the same each time, so
// that what the go command compiles there is kept; the tools are shared.
func newCopy(t *testing.T) tree {
	t.Helper()
	from := blueprint.Root()
	c := tree{filepath.Join(from, ".build", "trial")}
	oneAtATime(t, from)
	if err := os.RemoveAll(c.root); err != nil {
		t.Fatal(err)
	}
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	names, err := list.Output()
	if err != nil {
		t.Fatalf("list the files of the checkout: %v", err)
	}
	for name := range strings.SplitSeq(string(bytes.TrimRight(names, "\x00")), "\x00") {
		content, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // deleted and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		c.write(t, name, string(content))
	}
	if err := os.Symlink(filepath.Join(from, ".tools"), filepath.Join(c.root, ".tools")); err != nil {
		t.Fatal(err)
	}
	return c
}

// oneAtATime keeps a second run out of the copy until this test ends.
func oneAtATime(t *testing.T, root string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(root, ".build"), 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(filepath.Join(root, ".build", "trial.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close() })
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}

func (c tree) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(c.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c tree) read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// run runs a command in the copy and answers all that it printed.
func (c tree) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (c tree) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := c.run(name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

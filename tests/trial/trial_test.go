// Package trial adds endpoints to a copy of the checkout, by hand and with make
// new-function, and holds what that takes.
package trial

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/devotionalai/platform/infra/local/webapp"
	"github.com/devotionalai/platform/tests/blueprint"
)

// handEdits is how many files an endpoint may take by hand: row and handler,
// main, an event, and what is wanted of it.
const handEdits = 4

func TestAnEndpointIsFourFiles(t *testing.T) {
	t.Parallel()
	c := newCopy(t)
	for path, content := range outline(t, c) {
		c.write(t, path, content)
	}
	byHand := c.changed(t)
	if len(byHand) > handEdits {
		t.Errorf("the endpoint took %d files by hand, at most %d: %v", len(byHand), handEdits, byHand)
	}

	// What is forgotten is named.
	said, err := c.run("go", "test", "-count=1", "-run", "TestTemplateIsWrittenFromTheRows|TestEveryFolder", "./tests/structure")
	if err == nil || !strings.Contains(said, "run: make template") || !strings.Contains(said, "template.yaml") {
		t.Errorf("before make template the structure tests say (%v):\n%s", err, said)
	}

	c.must(t, "make", "template", "openapi")
	written := []string{
		"docs/api.html", "docs/openapi.json", "frontend/src/api/schema.d.ts", "functions/project-outline/main_test.go",
		"template.yaml",
	}
	if all := c.changed(t); !slices.Equal(all, slices.Sorted(slices.Values(slices.Concat(byHand, written)))) {
		t.Errorf("by hand were %v; with what the generators write they are %v", byHand, all)
	}
	// One of a noun that has rows, and one of a new noun. With an {id} the isolation
	// matrix would fail until the handler looks at it.
	c.must(t, "make", "new-function", "NAME=project-glance", "PATTERN=/api/v1/glances")
	c.must(t, "make", "new-function", "NAME=hymn-get", "PATTERN=/api/v1/hymns")

	c.must(t, "npm", "--prefix", "frontend", "run", "--silent", "types:fresh")

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
	if err := webapp.In(from).Install(t.Context(), func(line string) { t.Log(line) }); err != nil {
		t.Fatal(err)
	}
	for _, shared := range shared() {
		if err := os.Symlink(filepath.Join(from, shared), filepath.Join(c.root, shared)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// shared is what the copy does not have of its own.
func shared() []string { return []string{".tools", "frontend/node_modules"} }

// changed lists the files of the copy that are not those of the checkout.
func (c tree) changed(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(c.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(c.root, path)
		switch {
		case err != nil:
			return err
		case name == ".build":
			return fs.SkipDir
		case d.IsDir() || slices.Contains(shared(), name):
			return nil
		}
		was, err := os.ReadFile(filepath.Join(blueprint.Root(), name))
		if is := c.read(t, name); err != nil || is != string(was) {
			all = append(all, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
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

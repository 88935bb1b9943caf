package packing_test

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

// told are the commands of docs/privacy.md, "Checking an export", by language.
func told(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Checking an export\n")
	if !found {
		t.Fatal("docs/privacy.md does not say how to check an export")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	all := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```(sh|python)\n(.*?)```").FindAllStringSubmatch(section, -1) {
		all[m[1]] += m[2]
	}
	return all
}

// checks run one of them beside an export.zip, and make export-verify's program.
func checks(t *testing.T) map[string]func(dir string) ([]byte, error) {
	t.Helper()
	all := map[string]func(string) ([]byte, error){}
	text := told(t)
	in := func(name string, args ...string) func(string) ([]byte, error) {
		return func(dir string) ([]byte, error) {
			cmd := exec.Command(name, args...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8")
			return cmd.CombinedOutput()
		}
	}
	all["Python"] = in("python3", "-c", text["python"])
	program := filepath.Join(t.TempDir(), "exportverify")
	build := exec.Command("go", "build", "-o", program, "./infra/local/exportverify")
	build.Dir = blueprint.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build export-verify: %v: %s", err, out)
	}
	all["export-verify"] = in(program, "export.zip")
	for _, tool := range []string{"bash", "unzip", "jq", "sha256sum", "diff", "find"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Logf("the commands with unzip were not run: there is no %s on this machine", tool)
			return all
		}
	}
	all["unzip"] = in("bash", "-c", text["sh"])
	return all
}

func TestAnExportIsCheckedAsTheDocumentSays(t *testing.T) {
	made := filepath.Join(t.TempDir(), "made.zip")
	sums := hostileArchive(t, made)
	good, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(good)
	bad[bytes.Index(good, []byte("the bytes of 7, as 0"))+5] ^= 1
	for name, check := range checks(t) {
		t.Run(name, func(t *testing.T) {
			out, err := check(beside(t, good))
			if err != nil || !strings.Contains(string(out), sums["manifest.json"]) {
				t.Errorf("of a good archive it says %q (%v), not the manifest's SHA-256 %s", out, err, sums["manifest.json"])
			}
			if out, err := check(beside(t, bad)); err == nil {
				t.Errorf("of another byte it says %q", out)
			}
			if out, err := check(beside(t, unlisted(t, good))); err == nil {
				t.Errorf("of a file that the manifest does not list it says %q", out)
			}
		})
	}
}

// beside is a folder with an export.zip of these bytes.
func beside(t *testing.T, data []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "export.zip"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// unlisted is the archive with one file called otherwise than in the manifest,
// in both its headers.
func unlisted(t *testing.T, good []byte) []byte {
	t.Helper()
	listed, other := []byte("files/=HYPERLINK"), []byte("files/=HYPERLONK")
	before, after, found := bytes.Cut(good, []byte(`{"files":[`))
	list, directory, ended := bytes.Cut(after, []byte("\n]}\n"))
	if !found || !ended || !bytes.Contains(before, listed) || !bytes.Contains(directory, listed) {
		t.Fatal("this test takes the archive apart wrongly")
	}
	return bytes.Join([][]byte{
		bytes.ReplaceAll(before, listed, other), []byte(`{"files":[`), list, []byte("\n]}\n"), bytes.ReplaceAll(directory, listed, other),
	}, nil)
}

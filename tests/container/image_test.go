package container_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// stage is what the last stage of the Dockerfile says.
type stage struct {
	copies     [][2]string       // from the checkout, or from what was built in it, to the image's folder
	Env        map[string]string `json:"env"`
	Entrypoint []string          `json:"entrypoint"`
	Health     []string          `json:"health"`
}

// lastStage reads the instructions that this Dockerfile uses, and fails for others.
func lastStage(t *testing.T) stage {
	t.Helper()
	raw, err := os.ReadFile(folder("Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(raw[bytes.LastIndex(raw, []byte("\nFROM "))+1:]), "\\\n", " ")
	s := stage{Env: map[string]string{}}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "", "#", "FROM", "LABEL", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL":
		case "WORKDIR":
			if rest != "/app" {
				t.Fatalf("the image's folder is %s", rest)
			}
		case "COPY":
			fields := strings.Fields(strings.TrimPrefix(rest, "--from=build "))
			for _, from := range fields[:len(fields)-1] {
				s.copies = append(s.copies, [2]string{strings.TrimPrefix(from, "/app/"), fields[len(fields)-1]})
			}
		case "RUN":
			if rest != "install -d -o 10001 -g 10001 -m 0700 .data" {
				t.Fatalf("a RUN that this test does not do: %s", rest)
			}
		case "ENV":
			for pair := range strings.FieldsSeq(rest) {
				name, value, _ := strings.Cut(pair, "=")
				s.Env[name] = value
			}
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(rest, "CMD ")
			must(t, json.Unmarshal([]byte(command), &s.Health))
		case "ENTRYPOINT":
			must(t, json.Unmarshal([]byte(rest), &s.Entrypoint))
		default:
			t.Fatalf("the last stage has an instruction that this test does not know: %s", line)
		}
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put lays the copies down below root, as an engine would.
func (s stage) put(t *testing.T, root string) {
	t.Helper()
	for _, c := range s.copies {
		found, err := filepath.Glob(filepath.Join(blueprint.Root(), c[0]))
		if err != nil || len(found) == 0 {
			t.Fatalf("COPY %s: nothing is there (%v)", c[0], err)
		}
		for _, from := range found {
			to := filepath.Join(root, c[1])
			if strings.HasSuffix(c[1], "/") {
				to = filepath.Join(to, filepath.Base(from))
			}
			must(t, os.MkdirAll(filepath.Dir(to), 0o755))
			// Links, where the file system has them: the tools are a gigabyte.
			if exec.Command("cp", "-rl", from, to).Run() == nil {
				continue
			}
			if out, err := exec.Command("cp", "-r", from, to).CombinedOutput(); err != nil {
				t.Fatalf("copy %s: %v %s", from, err, out)
			}
		}
	}
}

// TestTheImagesFilesAreEnough: what the last stage copies starts, answers and ends, with
// no network, no compiler, nothing writable but its data, and as its own user. Its folder
// is the checkout's path instead of /app, since the tools were installed for that.
func TestTheImagesFilesAreEnough(t *testing.T) {
	harness.Proof(t)
	s := lastStage(t)
	if !harness.InAll() {
		t.Log("make image-check runs it: it wants the right to make namespaces, and starts the whole product")
		return
	}
	app := blueprint.Root()
	chosen, err := settings.From(map[string]string{})
	must(t, err)
	build := exec.Command("go", "build", "-trimpath", "-o", ".build/run", "./infra/local/run")
	build.Dir, build.Env = app, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	must(t, product.BuildAhead(t.Context(), product.Options{Root: app, Settings: chosen, Out: t.Output(), Web: product.BuiltWeb}))
	root, err := os.MkdirTemp(filepath.Join(app, ".build"), "image-")
	must(t, err)
	defer os.RemoveAll(root)
	must(t, os.Chmod(root, 0o755))
	s.put(t, filepath.Join(root, app))
	must(t, os.MkdirAll(filepath.Join(root, app, ".data"), 0o755))
	for i, word := range s.Entrypoint {
		s.Entrypoint[i] = regexp.MustCompile(`^/app/`).ReplaceAllString(word, app+"/")
	}
	s.Env["HOME"] = filepath.Join(app, ".data")
	plan, err := json.Marshal(s)
	must(t, err)
	out := run(t, root, app, string(plan))
	t.Logf("the image's tree: %s", strings.TrimSpace(out[strings.LastIndex(out, "\nready:")+1:]))
}

// run starts what inside.py says in namespaces of its own.
func run(t *testing.T, root, app, plan string) string {
	t.Helper()
	python, err := filepath.EvalSymlinks(filepath.Join(app, ".tools", "venv", "bin", "python3"))
	must(t, err)
	inside, err := os.Open("testdata/inside.py")
	must(t, err)
	defer inside.Close()
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "testdata/enter.sh", root, app, python)
	cmd.Stdin, cmd.Env = inside, append(os.Environ(), "PLAN="+plan)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "ended in order") {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

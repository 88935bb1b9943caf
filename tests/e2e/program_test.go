package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// runner builds what make run and make dev run, and prepares a start of it on ports
// and data of its own.
func runner(t *testing.T, with map[string]string, args ...string) (cmd *exec.Cmd, ports []int) {
	t.Helper()
	built := filepath.Join(t.TempDir(), "run")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", built, "./infra/local/run")
	build.Dir = blueprint.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd = exec.CommandContext(t.Context(), built, append([]string{"-data", filepath.Join(t.TempDir(), "data")}, args...)...)
	cmd.Dir, cmd.Env = blueprint.Root(), append(os.Environ(), "VOICE_PROVIDER=espeak")
	for i, name := range []string{"PORT", "EMULATOR_PORT"} {
		port, err := harness.FreePort(strconv.Itoa(15_000 + i*7_500 + rand.IntN(7_500)))
		harness.Must(t, err)
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", name, port))
		ports = append(ports, port)
	}
	for name, value := range with {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd, ports
}

// TestTheProgramOfMakeRun starts as make run and make dev start it, says when it is
// ready, serves the pages and the API, ends in order when it is told to, and holds no
// port after that.
func TestTheProgramOfMakeRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		end    os.Signal
		source string // a path that is there or not
		status int
	}{
		{"make run", nil, os.Interrupt, "/src/main.tsx", 404},
		{"make dev", []string{"-live"}, syscall.SIGTERM, "/src/main.tsx", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd, ports := runner(t, nil, c.args...)
			var complained strings.Builder
			cmd.Stderr = &complained
			said, err := cmd.StdoutPipe()
			harness.Must(t, err)
			harness.Must(t, cmd.Start())
			stuck := time.AfterFunc(10*time.Minute, func() { _ = cmd.Process.Kill() })
			defer stuck.Stop()
			lines, all := bufio.NewScanner(said), ""
			for lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C") {
				all += lines.Text() + "\n"
			}
			ready := regexp.MustCompile(`(?m)^ready: (http://localhost:\d+) `).FindStringSubmatch(all)
			if ready == nil {
				_ = cmd.Wait()
				t.Fatalf("it was never ready:\n%s%s", all, complained.String())
			}
			for path, want := range map[string]int{"/": 200, "/login": 200, "/api/health": 200, "/api/v1/templates": 200, "/mailbox": 200, "/api/docs": 200, c.source: c.status} {
				if res, err := http.Get(ready[1] + path); err != nil || res.StatusCode != want {
					t.Errorf("%s: %v, %v", path, res, err)
				} else if err := res.Body.Close(); err != nil {
					t.Error(err)
				}
			}
			harness.Must(t, cmd.Process.Signal(c.end))
			rest, err := io.ReadAll(said)
			if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), "stopped; data kept in ") {
				t.Errorf("told to end: %v %v\n%s%s", err, cmd.ProcessState, rest, complained.String())
			}
			harness.Must(t, err)
			for _, port := range ports {
				if err := emulator.Free(port); err != nil {
					t.Errorf("after its end: %v", err)
				}
			}
		})
	}
}

// TestAStartThatCannotBeSaysWhyInALine, before it makes anything.
func TestAStartThatCannotBeSaysWhyInALine(t *testing.T) {
	for want, with := range map[string]map[string]string{
		"make run: PORT is not a port number":           {"PORT": "x"},
		"make run: PORT and EMULATOR_PORT are the same": {"PORT": "15999", "EMULATOR_PORT": "15999"},
		"make run: EMULATOR_PORT is not a port number":  {"EMULATOR_PORT": "0"},
	} {
		cmd, _ := runner(t, with)
		if out, err := cmd.CombinedOutput(); err == nil || string(out) != want+"\n" {
			t.Errorf("%v: %v:\n%s", with, err, out)
		}
	}
}

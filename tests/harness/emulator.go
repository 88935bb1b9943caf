package harness

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

//go:embed keeper.py
var keeper string

// Emulator is the AWS emulator that the tests of one go command share. It
// keeps nothing: every test makes what it needs.
type Emulator struct {
	Endpoint string
	AWS      aws.Config // signed with the emulator's own credentials
}

// Start answers the shared emulator, starting it when it is not up: on
// EMULATOR_PORT_TEST (4577), or a free port when another program has that. It
// ends by itself after the last test.
func Start(t testing.TB) *Emulator {
	t.Helper()
	withoutOwnSettings()
	// Generous: the first user may have to install the tools.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	python := tools(ctx, t).Python
	folder := filepath.Join(blueprint.Root(), ".tools", "test-emulator")
	port, err := share(ctx, t, folder, python)
	if err != nil {
		t.Fatalf("start the tests' emulator: %v", err)
	}
	return At("http://127.0.0.1:" + strconv.Itoa(port))
}

// withoutOwnSettings makes what a person or a machine has set for AWS none of the
// tests' business: a profile would lead them elsewhere, and a bundle of
// certificates, which nothing here asks for, is parsed for every function that a
// test starts.
var withoutOwnSettings = sync.OnceFunc(func() {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") {
			_ = os.Unsetenv(name) // it fails for an empty name alone
		}
	}
})

// At reaches an emulator that runs already, with its own credentials.
func At(endpoint string) *Emulator {
	cfg := emulator.Client(endpoint)
	cfg.HTTPClient.(*http.Client).Timeout = time.Minute
	return &Emulator{Endpoint: endpoint, AWS: cfg}
}

// Environ is what a function's process is told in order to reach the emulator.
func (e *Emulator) Environ() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + e.Endpoint, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
	}
}

// tools installs what is missing, so that go test alone is enough on a new
// checkout.
func tools(ctx context.Context, t testing.TB) toolbox.Tools {
	t.Helper()
	found, _, err := toolbox.Install(ctx, blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatalf("install the pinned tools (make tools shows more): %v", err)
	}
	return found
}

// share registers the test as a user until it ends, and answers the port.
func share(ctx context.Context, t testing.TB, folder, python string) (int, error) {
	starters := filepath.Join(folder, "starters")
	if err := os.MkdirAll(starters, 0o755); err != nil {
		return 0, fmt.Errorf("make folder: %w", err)
	}
	// The go command is the parent of a test process.
	if err := os.WriteFile(filepath.Join(starters, strconv.Itoa(os.Getppid())), nil, 0o644); err != nil {
		return 0, fmt.Errorf("note the go command: %w", err)
	}
	// One at a time decides whether to start.
	start, err := lock(ctx, filepath.Join(folder, "start.lock"), syscall.LOCK_EX)
	if err != nil {
		return 0, err
	}
	defer start.Close()
	use, err := lock(ctx, filepath.Join(folder, "users.lock"), syscall.LOCK_SH)
	if err != nil {
		return 0, err
	}
	t.Cleanup(func() { use.Close() })
	if port, ok := running(ctx, folder); ok {
		return port, nil
	}
	return launch(ctx, folder, python)
}

func lock(ctx context.Context, path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || ctx.Err() != nil {
			return nil, errors.Join(fmt.Errorf("take %s: %w", path, err), f.Close())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// running answers the port of the keeper's emulator, if there is one. Nobody
// else writes the note, and its lock proves that it lives.
func running(ctx context.Context, folder string) (int, bool) {
	f, err := os.OpenFile(filepath.Join(folder, "keeper.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return 0, false
	}
	raw, err := os.ReadFile(filepath.Join(folder, "emulator.json"))
	var note struct{ Port int }
	if err != nil || json.Unmarshal(raw, &note) != nil {
		return 0, false
	}
	return note.Port, emulator.Healthy(ctx, "http://127.0.0.1:"+strconv.Itoa(note.Port))
}

func launch(ctx context.Context, folder, python string) (int, error) {
	port, err := FreePort(os.Getenv("EMULATOR_PORT_TEST"))
	if err != nil {
		return 0, err
	}
	data := filepath.Join(folder, "data")
	if err := os.RemoveAll(data); err != nil {
		return 0, fmt.Errorf("clear old data: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(data, "tmp"), 0o755); err != nil {
		return 0, fmt.Errorf("make data folder: %w", err)
	}
	out, err := os.Create(filepath.Join(folder, "emulator.log"))
	if err != nil {
		return 0, fmt.Errorf("open log: %w", err)
	}
	defer out.Close()
	cmd := exec.Command(python, "-c", keeper, folder, strconv.Itoa(port))
	cmd.Env = emulator.Config{Port: port, Dir: data}.Environ()
	cmd.Dir, cmd.Stdout, cmd.Stderr = data, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives the test process that starts it
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start keeper: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		if port, ok := running(ctx, folder); ok {
			return port, nil
		}
		select {
		case err := <-ended:
			said, _ := os.ReadFile(out.Name())
			return 0, fmt.Errorf("keeper ended (%v): %.500s", err, said)
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// FreePort prefers the wanted port, so that an emulator is easy to find.
func FreePort(wanted string) (int, error) {
	if wanted == "" {
		wanted = "4577"
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+wanted)
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

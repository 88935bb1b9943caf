// Package lifecycle_test starts, stops and kills the local product.
package lifecycle_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/launch"
)

// TestRestarts follows one data folder through a clean stop, a kill of the
// emulator and the starts after them.
func TestRestarts(t *testing.T) {
	data := t.TempDir()
	// The same ports throughout: the product's address is part of its stack.
	ports := map[string]string{"PORT": freePort(t), "EMULATOR_PORT": freePort(t)}
	p := start(t, data, ports, nil)
	mails := len(askForLink(t, p, 1))
	if err := p.Close(); err != nil {
		t.Fatalf("a clean stop: %v", err)
	}

	var said strings.Builder
	p = start(t, data, ports, &said)
	if strings.Contains(said.String(), "killed") {
		t.Errorf("a clean stop is taken for a kill:\n%s", &said)
	}
	if !strings.Contains(said.String(), "unchanged") {
		t.Errorf("an unchanged stack was deployed anew:\n%s", &said)
	}
	if got := len(askForLink(t, p, mails+1)); got != mails+1 {
		t.Errorf("%d mails after a restart, %d before", got, mails)
	}
	pid := p.Product.Emulator.PID()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	died, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := p.Wait(died); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a dead emulator is not one clear line: %v", err)
	}
	if res, err := http.Get(p.URL + "/api/health"); err != nil || res.StatusCode != 503 {
		t.Errorf("without the emulator: %v %v", res, err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("stop after a kill: %v", err)
	}

	said.Reset()
	p = start(t, data, ports, &said)
	defer p.Close()
	if !strings.Contains(said.String(), "was killed") {
		t.Errorf("the start after a kill does not say what was lost:\n%s", &said)
	}
}

// TestRefusedStarts: a taken port or folder is one clear line that names it.
func TestRefusedStarts(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	for _, name := range []string{"PORT", "EMULATOR_PORT"} {
		_, err := launch.Product(launch.Options{Settings: map[string]string{name: port}})
		if err == nil || !strings.Contains(err.Error(), "port "+port+" is taken") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s taken: %v", name, err)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func start(t *testing.T, data string, ports map[string]string, out *strings.Builder) *launch.Running {
	t.Helper()
	o := launch.Options{Data: data, Settings: ports}
	if out != nil {
		o.Out = out
	}
	p, err := launch.Product(o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { _ = p.Close() }) // for a test that ended early; a second stop does nothing
	return p
}

// askForLink answers all mails once there are want of them.
func askForLink(t *testing.T, p *launch.Running, want int) []string {
	t.Helper()
	body := fmt.Sprintf(`{"email":"lifecycle-%d@example.com"}`, want)
	res, err := http.Post(p.URL+"/api/auth/magic-link/request", "application/json", strings.NewReader(body))
	if err != nil || res.StatusCode != http.StatusAccepted {
		t.Fatalf("ask for a link: %v %v", res, err)
	}
	res.Body.Close()
	var subjects []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		mails, err := p.Mails(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if subjects = subjects[:0]; len(mails) >= want {
			for _, m := range mails {
				subjects = append(subjects, m.Subject)
			}
			return subjects
		}
	}
	return subjects
}

package webapp

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server stands for vite: it serves on the port that it is given, and ignores
// its input as vite does.
const server = `
import http from "node:http";
const port = process.argv[process.argv.indexOf("--port") + 1];
http.createServer((_, answer) => answer.end("live")).listen(port, "127.0.0.1");
`

func live(t *testing.T, source string) (*Live, error) {
	t.Helper()
	a, write := checkout(t, copies)
	build(t, a) // installs: npm would remove what stands in for vite
	write("frontend/node_modules/vite/package.json", `{"type":"module"}`)
	write("frontend/node_modules/vite/bin/vite.js", source)
	l, err := a.Live(t.Context(), func(string) {})
	if err == nil {
		t.Cleanup(func() {
			if err := l.Stop(); err != nil {
				t.Errorf("stop: %v", err)
			}
		})
	}
	return l, err
}

func TestLiveServer(t *testing.T) {
	t.Parallel()
	l, err := live(t, server)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(l.URL + "/src/main.tsx")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "live" {
		t.Errorf("answered %q, %v", body, err)
	}
	for range 2 { // the second time there is nothing to stop
		if err := l.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	ended(t, l)
}

func TestADeadLiveServerIsOneLine(t *testing.T) {
	t.Parallel()
	l, err := live(t, server)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(l.cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ended(t, l)
	if err := l.Err(); !strings.Contains(err.Error(), "vite ended unexpectedly (signal: killed)") || strings.Contains(err.Error(), "\n") {
		t.Errorf("killed: %v", err)
	}
	if _, err := live(t, "process.exit(3)"); err == nil || !strings.Contains(err.Error(), "exit status 3") || strings.Contains(err.Error(), "\n") {
		t.Errorf("one that does not start: %v", err)
	}
}

// TestLiveServerDoesNotOutliveUs closes the server's input, as the system does
// when our process is killed.
func TestLiveServerDoesNotOutliveUs(t *testing.T) {
	t.Parallel()
	l, err := live(t, server)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	ended(t, l)
}

func ended(t *testing.T, l *Live) {
	t.Helper()
	select {
	case <-l.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("the server lives on")
	}
}

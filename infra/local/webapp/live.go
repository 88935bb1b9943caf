package webapp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const liveTimeout = 60 * time.Second

// Live serves the sources themselves and hands changes to open pages.
type Live struct {
	URL   string // on the loopback address, for the edge alone
	cmd   *exec.Cmd
	stdin io.Closer
	log   string
	done  chan struct{}
	err   error // why it ended; read after done
}

// Live installs the packages and starts vite's own server on a free port. It
// ends with ctx only while starting; afterwards Stop ends it.
func (a App) Live(ctx context.Context, say func(string)) (*Live, error) {
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	err = a.packages(ctx, say)
	unlock()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	l := &Live{URL: "http://127.0.0.1:" + port, log: strings.TrimSuffix(a.log, ".log") + "-live.log", done: make(chan struct{})}
	say("starting vite")
	if err := l.start(a, port); err != nil {
		return nil, fmt.Errorf("start vite: %w", err)
	}
	if err := l.await(ctx); err != nil {
		return nil, errors.Join(err, l.Stop())
	}
	return l, nil
}

// endWithUs makes a Node program end when its input does. That is what happens
// to it when we are killed: then nobody can stop it any more.
const endWithUs = "data:text/javascript,process.stdin.resume().on('end', () => process.exit(1))"

// start runs vite without npm between: there is one process to end.
func (l *Live) start(a App, port string) error {
	log, err := os.Create(l.log)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	l.cmd = exec.Command("node", "--import", endWithUs, filepath.Join("node_modules", "vite", "bin", "vite.js"),
		"--host", "127.0.0.1", "--port", port, "--strictPort", "--clearScreen", "false")
	l.cmd.Dir = a.folder
	l.cmd.Stdout, l.cmd.Stderr = log, log
	// Ctrl-C on the terminal is for us; the order of the end is ours.
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	l.cmd.WaitDelay = waitDelay
	if l.stdin, err = l.cmd.StdinPipe(); err != nil {
		return errors.Join(err, log.Close())
	}
	if err := l.cmd.Start(); err != nil {
		return errors.Join(err, log.Close())
	}
	go func() {
		l.err = l.cmd.Wait()
		log.Close()
		close(l.done)
	}()
	return nil
}

func (l *Live) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	for {
		if l.answers(ctx) {
			return nil
		}
		select {
		case <-l.done:
			return l.Err()
		case <-ctx.Done():
			return fmt.Errorf("vite does not answer: %w", context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (l *Live) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, l.URL+"/", nil)
	if err != nil {
		return false
	}
	req.Header.Set("Accept", "text/html") // what is not a page is a file to it
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// Done is closed when the server has ended, for whatever reason.
func (l *Live) Done() <-chan struct{} { return l.done }

// Err says how the server ended by itself.
func (l *Live) Err() error {
	how := "by itself"
	if l.err != nil {
		how = l.err.Error()
	}
	return fmt.Errorf("vite ended unexpectedly (%s); what it said: %s", how, shown(l.log))
}

// Stop ends the server and what it started.
func (l *Live) Stop() error {
	select {
	case <-l.done:
		return nil // its number may be another's by now
	default:
	}
	_ = l.stdin.Close()                                   // its own sign to end
	_ = syscall.Kill(-l.cmd.Process.Pid, syscall.SIGTERM) // it may have ended just now
	select {
	case <-l.done:
		return nil
	case <-time.After(waitDelay):
	}
	if err := syscall.Kill(-l.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end vite: %w", err)
	}
	<-l.done
	return nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

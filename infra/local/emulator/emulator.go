// Package emulator runs the AWS emulator as a child process and knows what its
// data directory says about how the last run ended.
package emulator

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

//go:embed files.py
var files string

//go:embed saving.py
var saving string

//go:embed lasting.py
var lasting string

//go:embed places.py
var places string

//go:embed start.py
var starter string

// Config is one emulator.
type Config struct {
	Python  string // of the virtual environment that holds it
	Port    int
	Dir     string // data, log and temporary files
	Persist bool   // save while it runs and at its end, read at start
	Auth    bool   // enforce IAM policies
	Told    string // what functions are told to be AWS; "" is the emulator itself
}

// Process is a running emulator.
type Process struct {
	Endpoint string
	config   Config
	pid      int
	started  time.Time
	done     chan struct{}
	err      error // why it ended; read after done
}

const startTimeout = 60 * time.Second

// Start starts the emulator and returns when it answers. It ends with ctx only
// while starting; afterwards Stop ends it.
func Start(ctx context.Context, c Config) (*Process, error) {
	// Unpacked functions of earlier runs, scratch files of killed ones, a killed backup's snapshot.
	for _, left := range []string{"tmp", "snapshot"} {
		if err := os.RemoveAll(filepath.Join(c.Dir, left)); err != nil {
			return nil, fmt.Errorf("clear what is left of earlier runs: %w", err)
		}
	}
	for _, dir := range []string{"state", "s3", "log", "tmp"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o700); err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
	}
	if err := Free(c.Port); err != nil {
		return nil, err
	}
	p := &Process{
		Endpoint: c.Endpoint(),
		config:   c, started: time.Now(), done: make(chan struct{}),
	}
	if err := p.spawn(); err != nil {
		return nil, err
	}
	if err := writeMark(c.Dir, mark{PID: p.pid, Port: c.Port, Runner: os.Getpid(), Started: p.started}); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	if err := p.awaitHealth(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// Free fails when something listens on the port.
func Free(port int) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("port %d is taken by another program; stop it, or choose another with EMULATOR_PORT=", port)
	}
	return l.Close()
}

func (p *Process) spawn() error {
	c := p.config
	log := filepath.Join(c.Dir, "log", "emulator.log")
	_ = os.Rename(log, log+".1") // absent on the first run
	out, err := os.OpenFile(log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open emulator log: %w", err)
	}
	cmd := exec.Command(c.Python, "-c", files+saving+lasting+places+starter)
	cmd.Dir, cmd.Env = c.Dir, c.Environ()
	cmd.Stdout, cmd.Stderr = out, out
	// A session of its own: Ctrl-C on the terminal reaches us alone, so that
	// the emulator is stopped in order, and what its functions started can be
	// found by the session.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	dieWithParent(cmd.SysProcAttr)
	begun := make(chan error, 1)
	go func() {
		// The kernel's "parent died" signal is tied to the thread that started
		// the child: that thread must live as long as we do.
		runtime.LockOSThread()
		defer out.Close()
		err := cmd.Start()
		begun <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-begun; err != nil {
		return fmt.Errorf("start emulator: %w", err)
	}
	p.pid = cmd.Process.Pid
	return nil
}

// Environ is everything that the emulator, and with it every function,
// inherits: nothing of the person's own AWS settings.
func (c Config) Environ() []string {
	dir := func(name string) string { return filepath.Join(c.Dir, name) }
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LANG=C.UTF-8", "TMPDIR=" + dir("tmp"),
		"GATEWAY_PORT=" + strconv.Itoa(c.Port), "MINISTACK_HOST=127.0.0.1", "BIND_HOST=127.0.0.1",
		"AWS_ENDPOINT_URL=" + cmp.Or(c.Told, c.Endpoint()), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		"CORES=" + strconv.Itoa(runtime.GOMAXPROCS(0)), "LAMBDA_EXECUTOR=local", "LOG_LEVEL=WARNING", "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
		"PYTHONUNBUFFERED=1", "DOCKER_HOST=unix:///nonexistent", // no container runtime, even where one runs
	}
	if c.Persist {
		env = append(env, "PERSIST_STATE=1", "STATE_DIR="+dir("state"), "S3_PERSIST=1", "S3_DATA_DIR="+dir("s3"))
	}
	if c.Auth {
		env = append(env, "AUTH=true")
	}
	// Certificates of the machine, for the functions that may call out
	// (Bedrock, Sentry) when they are configured to.
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func (p *Process) awaitHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if Healthy(ctx, p.Endpoint) {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("emulator ended while starting: %s", p.LastWords())
		case <-ctx.Done():
			return fmt.Errorf("emulator did not answer: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Healthy says whether an emulator answers at endpoint.
func Healthy(ctx context.Context, endpoint string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/_ministack/health", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}

// Done is closed when the emulator has ended, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// PID is the emulator's process, for tests that kill it.
func (p *Process) PID() int { return p.pid }

// Err says how the emulator ended by itself.
func (p *Process) Err() error {
	return fmt.Errorf("emulator ended unexpectedly (%v): %s", p.err, p.LastWords())
}

// Stop ends the emulator and everything that its functions started, and says
// with an error when its state could not be saved. For one that has ended by
// itself it only clears up: the next start says what was lost.
func (p *Process) Stop() error {
	select {
	case <-p.done:
		endSession(p.pid)
		return nil
	default:
	}
	end(p.pid, p.config.Dir, p.config.Persist)
	<-p.done
	if !p.config.Persist {
		return nil
	}
	if !saveComplete(p.pid, p.config.Dir) {
		return fmt.Errorf("emulator did not save its state: %s", p.LastWords())
	}
	return closeMark(p.config.Dir)
}

// LastWords is the last line of the emulator's log.
func (p *Process) LastWords() string {
	return lastLine(filepath.Join(p.config.Dir, "log", "emulator.log"))
}

// Endpoint is where it answers.
func (c Config) Endpoint() string { return "http://127.0.0.1:" + strconv.Itoa(c.Port) }

package ffmpeg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// job is one run of ffmpeg.
type job struct {
	dir      string // working directory; relative names in a filter graph mean files here
	args     []string
	feed     feeder            // writes what ffmpeg reads at pipe:0; may be nil
	stdout   io.Writer         // takes what ffmpeg writes to pipe:1; nil means that its reports come there
	stall    time.Duration     // without a sign of life; 0 is the encoder's
	progress func(frames int)  // may be nil
	stderr   func(line string) // may be nil; every line that ffmpeg prints
}

// feeder writes a program's input until ctx ends, and calls alive as it is taken.
type feeder func(ctx context.Context, w io.Writer, alive func()) error

// feeding is a feeder as exec wants it: a reader that writes by itself.
type feeding struct {
	feed func(w io.Writer) error
}

// Read is there for exec, which calls WriteTo instead.
func (feeding) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

// WriteTo implements io.WriterTo.
func (f feeding) WriteTo(w io.Writer) (int64, error) { return 0, f.feed(w) }

// lively is a writer each of whose bytes is a sign of life.
type lively struct {
	io.Writer
	alive func()
}

func (l lively) Write(p []byte) (int, error) {
	l.alive()
	return l.Writer.Write(p)
}

// errStalled is the reason why the watchdog killed the process.
var errStalled = errors.New("no progress within the stall timeout")

// run runs ffmpeg to its end, and to nothing beyond it: when ctx ends, when no
// frame comes for the stall timeout, or (on Linux) when this process dies, the
// whole process group is killed.
func (e *Encoder) run(ctx context.Context, j job) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	args := append([]string{"-hide_banner", "-nostdin", "-y", "-nostats"}, j.args...)
	if j.stdout == nil {
		args = append([]string{"-progress", "pipe:1", "-stats_period", "0.25"}, args...)
	}
	if j.stderr == nil {
		args = append([]string{"-loglevel", "error"}, args...)
	}
	cmd := exec.CommandContext(ctx, e.set.Path, args...)
	cmd.Dir = j.dir
	// Our own environment holds credentials; ffmpeg needs none of it.
	cmd.Env = []string{"FONTCONFIG_FILE=" + filepath.Join(j.dir, "fonts.conf"), "HOME=" + j.dir, "LC_ALL=C.UTF-8", "AV_LOG_FORCE_NOCOLOR=1"}
	cmd.SysProcAttr = ownGroup()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second

	var last tail
	watch := newWatchdog(cmp.Or(j.stall, e.set.StallTimeout), func() { cancel(errStalled) })
	defer watch.stop()
	lines := &lineWriter{each: func(line string) {
		last.add(line)
		if j.stderr != nil {
			j.stderr(line)
		}
	}}
	cmd.Stderr, cmd.Stdout = lines, &lineWriter{each: reporter(watch, j.progress)}
	if j.stdout != nil {
		cmd.Stdout = lively{j.stdout, watch.alive}
	}
	if j.feed != nil {
		cmd.Stdin = feeding{func(w io.Writer) error { return j.feed(ctx, w, watch.alive) }}
	}
	err := runOnOwnThread(cmd)
	lines.flush()
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(ctx), errStalled):
		return problem.Wrap(problem.EncodeStalled, detailStall, fmt.Errorf("%w: %s", errStalled, last.String()))
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("run ffmpeg: %w: %s", err, last.String())
}

// runOnOwnThread starts and awaits cmd on one locked thread: Linux ends the
// child when the thread that started it ends, not the process.
func runOnOwnThread(cmd *exec.Cmd) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		done <- cmd.Run()
	}()
	return <-done
}

// reporter reads "key=value" lines of -progress. Any change of the counted
// frames, the time or the size of the output is a sign of life.
func reporter(watch *watchdog, progress func(int)) func(line string) {
	frames := 0
	seen := map[string]string{}
	return func(line string) {
		key, value, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		switch key {
		case "frame", "out_time_us", "total_size":
			if seen[key] == value {
				return
			}
			seen[key] = value
			watch.alive()
		default:
			return
		}
		if n, err := strconv.Atoi(value); key == "frame" && err == nil && n > frames {
			frames = n
			if progress != nil {
				progress(n)
			}
		}
	}
}

// watchdog calls bite once when alive was not called for a whole timeout.
type watchdog struct {
	start time.Time
	last  atomic.Int64 // nanoseconds from start to the last sign of life
	done  chan struct{}
}

func newWatchdog(timeout time.Duration, bite func()) *watchdog {
	w := &watchdog{start: time.Now(), done: make(chan struct{})}
	go func() {
		tick := time.NewTicker(max(timeout/10, time.Millisecond))
		defer tick.Stop()
		for {
			select {
			case <-w.done:
				return
			case <-tick.C:
				if time.Since(w.start)-time.Duration(w.last.Load()) > timeout {
					bite()
					return
				}
			}
		}
	}()
	return w
}

func (w *watchdog) alive() { w.last.Store(int64(time.Since(w.start))) }
func (w *watchdog) stop()  { close(w.done) }

// lineWriter hands on complete lines. Lines end at \n or \r.
type lineWriter struct {
	rest []byte
	each func(line string)
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := strings.IndexAny(string(w.rest), "\r\n")
		if i < 0 {
			break
		}
		if i > 0 {
			w.each(string(w.rest[:i]))
		}
		w.rest = w.rest[i+1:]
	}
	return len(p), nil
}

func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.each(string(w.rest))
		w.rest = nil
	}
}

// tail keeps the last lines for the log; ffmpeg may print thousands.
type tail struct{ lines []string }

const tailLines = 12

func (t *tail) add(line string) {
	if len(line) > 400 {
		line = line[:400]
	}
	t.lines = append(t.lines, line)
	if len(t.lines) > tailLines {
		t.lines = t.lines[1:]
	}
}

func (t *tail) String() string { return strings.Join(t.lines, " | ") }

// Package progress prints the steps of a run: one line per step that moves on a
// terminal, and a line now and then where the output is a file.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Steps prints numbered steps.
type Steps struct {
	out    io.Writer
	moving bool // the output is a terminal: a line can be rewritten
	total  int

	mu    sync.Mutex
	n     int
	name  string
	began time.Time
	shown time.Time
	width int
}

// To prints total steps to out.
func To(out io.Writer, total int) *Steps {
	s := &Steps{out: out, total: total}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		s.moving = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return s
}

// Do runs one step. do may call say to show how far it is; what it returns is
// shown when it is done.
func (s *Steps) Do(name string, do func(say func(string)) (string, error)) error {
	s.mu.Lock()
	s.n++
	s.name, s.began, s.shown, s.width = name, time.Now(), time.Now(), 0
	s.mu.Unlock()
	if s.moving {
		s.say("…")
	}
	result, err := do(s.say)
	if err != nil {
		s.finish("failed")
		return err
	}
	s.finish(result)
	return nil
}

// Note prints a line of its own.
func (s *Steps) Note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, format+"\n", args...)
}

// Say shows how far something is, outside of a step.
func (s *Steps) Say(what string) { s.say(what) }

// say may be called by several goroutines of one step.
func (s *Steps) say(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Where lines cannot be rewritten, every 5 seconds is enough to see life.
	if !s.moving && time.Since(s.shown) < 5*time.Second {
		return
	}
	s.show(what)
}

func (s *Steps) show(what string) {
	s.shown = time.Now()
	line := s.line(what)
	if !s.moving {
		fmt.Fprintln(s.out, line)
		return
	}
	if len(line) > 110 {
		line = line[:110]
	}
	pad := max(0, s.width-len(line))
	fmt.Fprint(s.out, "\r", line, strings.Repeat(" ", pad))
	s.width = len(line)
}

func (s *Steps) finish(result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := s.line(result)
	if s.moving {
		fmt.Fprint(s.out, "\r", strings.Repeat(" ", s.width), "\r")
	}
	fmt.Fprintln(s.out, line)
}

func (s *Steps) line(what string) string {
	if s.n == 0 { // outside of a step
		return what
	}
	return fmt.Sprintf("[%d/%d] %-10s %5.1f s  %s", s.n, s.total, s.name, time.Since(s.began).Seconds(), what)
}

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// mark is the note that a running emulator leaves for the next start.
type mark struct {
	PID     int       `json:"pid"`
	Port    int       `json:"port"`
	Runner  int       `json:"runner"`
	Started time.Time `json:"started"`
	Ended   bool      `json:"ended"`
}

func markPath(dir string) string { return filepath.Join(dir, "emulator.json") }

func writeMark(dir string, m mark) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.WriteFile(markPath(dir), raw, 0o600); err != nil {
		return fmt.Errorf("write run mark: %w", err)
	}
	return nil
}

func readMark(dir string) (mark, bool) {
	var m mark
	raw, err := os.ReadFile(markPath(dir))
	return m, err == nil && json.Unmarshal(raw, &m) == nil
}

func closeMark(dir string) error {
	m, _ := readMark(dir)
	m.Ended = true
	return writeMark(dir, m)
}

// loss says, in a sentence for the person, what a run that was killed has lost.
// It is empty when that run's emulator saved at its end after all.
func loss(dir string, m mark) string {
	if m.Ended {
		return ""
	}
	s, ok := readSaved(dir)
	switch {
	case !ok || s.At.Before(m.Started):
		return fmt.Sprintf("The last run (started %s) was killed before it saved anything: what was changed in it is gone. Sent mail stays.", clock(m.Started))
	case !s.Last:
		return fmt.Sprintf("The last run (started %s) was killed: all is as it was at %s. Sent mail stays.", clock(m.Started), clock(s.At))
	}
	return ""
}

func clock(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }

// saved is the emulator's record of its last save.
type saved struct {
	PID  int
	At   time.Time
	Last bool // at an orderly end: nothing comes after it
}

// readSaved reads the record of the last whole save, whose files may still be to be
// moved into place.
func readSaved(dir string) (saved, bool) {
	raw, err := os.ReadFile(filepath.Join(dir, "state", "next", "saved"))
	if err != nil {
		raw, err = os.ReadFile(filepath.Join(dir, "state", "saved"))
	}
	var read struct {
		PID  int     `json:"pid"`
		At   float64 `json:"at"` // seconds of Unix time
		Last bool    `json:"last"`
	}
	if err != nil || json.Unmarshal(raw, &read) != nil {
		return saved{}, false
	}
	return saved{PID: read.PID, At: time.UnixMilli(int64(read.At * 1000)), Last: read.Last}, true
}

// Loss waits for an emulator that outlived its runner, ends it if it must, and
// then says what the last run lost; empty when nothing was.
func Loss(dir string) string {
	clearLeftovers(dir)
	m, ok := readMark(dir)
	if !ok {
		return ""
	}
	return loss(dir, m)
}

// clearLeftovers ends what a killed run left behind: the emulator, politely
// first because it saves, then its functions.
func clearLeftovers(dir string) {
	m, ok := readMark(dir)
	if !ok || m.Ended || !ours(m) {
		return
	}
	end(m.PID, dir, true)
}

// ours guards against a process id that was given to another program since:
// the emulator leads its own session, and so do few others.
func ours(m mark) bool {
	return len(members(m.PID)) > 0
}

func lastLine(path string) string {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "no log"
	}
	if err != nil {
		return err.Error()
	}
	raw = bytes.TrimSpace(raw)
	if i := bytes.LastIndexByte(raw, '\n'); i >= 0 {
		raw = raw[i+1:]
	}
	if len(raw) == 0 {
		return "it said nothing (" + path + ")"
	}
	return string(raw[:min(len(raw), 300)])
}

// Processes lists the running emulator of a data folder, its leader first, and what
// its functions have started; nothing where none runs.
func Processes(dir string) []int {
	m, ok := readMark(dir)
	if !ok || m.Ended {
		return nil
	}
	all := members(m.PID)
	if i := slices.Index(all, m.PID); i > 0 {
		all[0], all[i] = all[i], all[0]
	}
	return all
}

// Runner is the process that runs the emulator of a data folder, and the edge before it.
func Runner(dir string) int {
	m, ok := readMark(dir)
	if !ok || m.Ended {
		return 0
	}
	return m.Runner
}

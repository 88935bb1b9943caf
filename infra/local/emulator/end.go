package emulator

import (
	"syscall"
	"time"
)

const (
	saveTimeout = 45 * time.Second // from the signal to a written state
	lastGrace   = 3 * time.Second  // for an emulator that has nothing left to do
)

// end stops an emulator: politely, because it saves on SIGTERM, and then
// everything in its session. It saves early and would then wait for its running
// functions to return, a render step for minutes: those are killed as soon as
// the state is on disk.
func end(pid int, dir string, persist bool) {
	told := time.Now()
	_ = syscall.Kill(pid, syscall.SIGTERM) // it may be on its way already
	for time.Since(told) < saveTimeout && alive(pid) && !(persist && saveComplete(pid, dir)) {
		if !persist && time.Since(told) > lastGrace {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, member := range members(pid) {
		if member != pid {
			_ = syscall.Kill(member, syscall.SIGKILL)
		}
	}
	for released := time.Now(); alive(pid) && time.Since(released) < lastGrace; {
		time.Sleep(50 * time.Millisecond)
	}
	endSession(pid)
}

// saveComplete says whether this run's emulator has written all of its state. A
// process of an earlier run may have had its number.
func saveComplete(pid int, dir string) bool {
	m, _ := readMark(dir)
	s, ok := readSaved(dir)
	return ok && s.Last && s.PID == pid && !s.At.Before(m.Started)
}

// alive is false for a zombie of ours, too: it has ended, and waits for the
// goroutine that started it.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	for _, member := range members(pid) {
		if member == pid {
			return true
		}
	}
	return false
}

// endSession kills what is left of the emulator's session.
func endSession(leader int) {
	for _, pid := range members(leader) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = syscall.Kill(-leader, syscall.SIGKILL) // its group, where sessions cannot be listed
}

package ffmpeg

import "syscall"

// ownGroup makes the child the leader of a group of its own, so that it is
// killed with all it started, and has the kernel kill it when we die.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

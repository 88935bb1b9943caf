//go:build !linux

package ffmpeg

import "syscall"

// ownGroup makes the child the leader of a group of its own, so that it is
// killed with all it started. Only Linux can also tie it to our own life.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

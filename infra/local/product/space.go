package product

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// What a run needs on disk. Stopping while there is room matters: the emulator
// writes its state anew before it drops the old one.
const (
	spaceToStart = 1 << 30
	spaceToRun   = 200 << 20
)

func enoughSpace(dir string, want uint64) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("ask for free space: %w", err)
	}
	if free := uint64(fs.Bavail) * uint64(fs.Bsize); free < want {
		return fmt.Errorf("disk is full: %s has %d MB left, at least %d MB are needed", dir, free>>20, want>>20)
	}
	return nil
}

// lockName is the file whose lock marks a data folder as in use.
const lockName = "run.lock"

var errInUse = errors.New("this checkout is running already")

// lockData makes this the only run of a data folder. The kernel drops the lock
// with the process, however it ends.
func lockData(dir string) (func(), error) { return lockIn(dir, lockName) }

func lockIn(dir, name string) (func(), error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s is in use", errInUse, dir), f.Close())
	}
	return func() { f.Close() }, nil
}

package upload

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// scratchName begins the names of the folders that checks work in.
const scratchName = "devotionalai-check-"

// scratchTries bounds how often a folder is made anew that another start took for
// a dead one's, in the moment before it was locked.
const scratchTries = 8

// scratch makes a folder to work in. Its lock ends with this process, however that
// ends: what a killed one left behind is removed by the next start.
func scratch() (dir string, done func(), err error) {
	removeScraps(os.TempDir())
	for range scratchTries {
		if dir, err = os.MkdirTemp("", scratchName); err != nil {
			break
		}
		if held, ok := lock(dir, syscall.LOCK_EX); ok {
			if now, err := os.Stat(dir); err == nil && sameFile(held, now) {
				return dir, func() { _ = errors.Join(os.RemoveAll(dir), held.Close()) }, nil
			}
			_ = held.Close()
		}
	}
	return "", nil, fmt.Errorf("make scratch folder: %w", err)
}

// removeScraps removes the folders that nobody holds.
func removeScraps(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return // making a folder will say so
	}
	for _, e := range entries {
		dir := filepath.Join(parent, e.Name())
		if !e.IsDir() || !strings.HasPrefix(e.Name(), scratchName) {
			continue
		}
		if held, ok := lock(dir, syscall.LOCK_EX|syscall.LOCK_NB); ok {
			_ = errors.Join(os.RemoveAll(dir), held.Close())
		}
	}
}

// lock opens a folder and locks it.
func lock(dir string, how int) (*os.File, bool) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		_ = f.Close()
		return nil, false
	}
	return f, true
}

func sameFile(held *os.File, now os.FileInfo) bool {
	was, err := held.Stat()
	return err == nil && os.SameFile(was, now)
}

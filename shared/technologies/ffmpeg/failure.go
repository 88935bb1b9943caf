package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// What callers see; ffmpeg's own words go to the logs only.
const (
	detailEncode = "The video could not be encoded. Retry the job; if it fails again, replace the picture of the scene that is named."
	detailStall  = "The video encoder produced nothing for too long and was stopped. Retry the job."
	detailSpace  = "There is not enough disk space to encode the video. Retry later, or choose a lower resolution."
)

// failure gives err the code that its cause deserves; a coded error keeps its own.
func failure(verb string, err error) error {
	switch {
	case isCoded(err):
		return err
	case fullDisk(err):
		return problem.Wrap(problem.StorageFull, detailSpace, fmt.Errorf("%s: %w", verb, err))
	}
	return problem.Wrap(problem.EncodeFailed, detailEncode, fmt.Errorf("%s: %w", verb, err))
}

// refused reports whether ffmpeg ran, met what it could not use and said so: it
// was not stopped, killed or never started, and it did not lack room.
func refused(ctx context.Context, err error) bool {
	var exit *exec.ExitError
	return ctx.Err() == nil && errors.As(err, &exit) && exit.ExitCode() > 0 && !isCoded(err) && !fullDisk(err)
}

func isCoded(err error) bool {
	var coded *problem.Error
	return errors.As(err, &coded)
}

// fullDisk knows a full disk by its error number or, from ffmpeg, by its words.
func fullDisk(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		strings.Contains(err.Error(), "No space left on device") || strings.Contains(err.Error(), "Disk quota exceeded")
}

// checkSpace refuses a piece that the disk cannot hold before time is spent on it.
func checkSpace(dir string, need int64) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return failure("read free space", err)
	}
	free := int64(stat.Bavail) * int64(stat.Bsize)
	if free < need {
		return problem.Wrap(problem.StorageFull, detailSpace, fmt.Errorf("%d bytes free, %d needed", free, need))
	}
	return nil
}

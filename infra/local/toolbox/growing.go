package toolbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

// patience bounds a download: all of it, and the time for which nothing comes.
type patience struct {
	whole, stalled, look time.Duration
}

// errStalled and errSlow say why a download was given up.
var (
	errStalled = errors.New("nothing came for too long")
	errSlow    = errors.New("it took too long")
)

// growing runs a download into dir and ends it when it takes too long or when dir
// no longer grows. It tells how much is there: programs that fetch say so each in
// its own way, or not at all.
func growing(ctx context.Context, dir string, p patience, tell func(mb int64), fetch func(context.Context) error) error {
	ctx, stop := context.WithTimeoutCause(ctx, p.whole, fmt.Errorf("%w (%v)", errSlow, p.whole))
	defer stop()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	done := make(chan error, 1)
	go func() { done <- fetch(ctx) }()
	tick := time.NewTicker(p.look)
	defer tick.Stop()
	seen, last := int64(-1), time.Now()
	for {
		select {
		case err := <-done:
			if cause := context.Cause(ctx); err != nil && cause != nil {
				return cause
			}
			return err
		case now := <-tick.C:
			size := sizeOf(dir)
			if size != seen {
				seen, last = size, now
				tell(size >> 20)
			} else if now.Sub(last) > p.stalled {
				end(fmt.Errorf("%w (%v)", errStalled, p.stalled))
			}
		}
	}
}

// sizeOf is how much lies below dir. Files come and go meanwhile.
func sizeOf(dir string) int64 {
	total := int64(0)
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

package toolbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A download that stands still is given up, one that takes too long as well, and
// one that ends says how it ended.
func TestADownloadIsWaitedForOnlySoLong(t *testing.T) {
	broken := errors.New("broken")
	stand := func(ctx context.Context) error { <-ctx.Done(); return errors.New("killed") }
	long, short := time.Hour, 30*time.Millisecond
	for name, c := range map[string]struct {
		patience
		fetch func(context.Context) error
		want  error
	}{
		"stalled": {patience{long, short, time.Millisecond}, stand, errStalled},
		"slow":    {patience{short, long, time.Millisecond}, stand, errSlow},
		"broken":  {patience{long, long, time.Millisecond}, func(context.Context) error { return broken }, broken},
		"whole":   {patience{long, long, time.Millisecond}, func(context.Context) error { return nil }, nil},
	} {
		if err := growing(t.Context(), t.TempDir(), c.patience, func(int64) {}, c.fetch); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What grows is told in whole megabytes, and is not taken for standing still.
func TestADownloadTellsHowMuchIsThere(t *testing.T) {
	dir := t.TempDir()
	told := make(chan int64, 100)
	fetch := func(ctx context.Context) error {
		for mb := int64(1); mb <= 3; mb++ {
			if err := os.WriteFile(filepath.Join(dir, "part"), make([]byte, mb<<20), 0o600); err != nil {
				return err
			}
			for got := int64(-1); got != mb; {
				select {
				case got = <-told:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		return nil
	}
	if err := growing(t.Context(), dir, patience{time.Minute, time.Minute, time.Millisecond}, func(mb int64) { told <- mb }, fetch); err != nil {
		t.Error(err)
	}
}

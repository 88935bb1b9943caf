package archive

import (
	"context"
	"time"
)

// StaleAfter is how old a row is without a segment before a check of its book
// archives it: its stream record is lost, or lies in the queue.
const StaleAfter = 5 * time.Minute

// againAfter is how long after something was found everything is read a second
// time: reading several items is no snapshot, and people are at work.
const againAfter = 2 * time.Second

// BeforeAgain waits until the second reading, for d; 0 is the default.
func BeforeAgain(ctx context.Context, d time.Duration) error {
	if d == 0 {
		d = againAfter
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

package boot

import (
	"context"
	"time"
)

// Wait lets time pass, unless the function's own ends first.
func Wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package running

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/infra/local/progress"
)

const (
	// waitFor is how long the stream may take to catch up.
	waitFor = 60 * time.Second
	// Stale is the age, in seconds, from which a check of what is archived archives
	// it itself. It is within waitFor, so that a record that the stream lost is no
	// failure.
	Stale = 30
)

// CatchUp looks until none of a unit, like rows, is left to be archived, or the time
// is over. What was seen last is look's to keep.
func (p *Product) CatchUp(ctx context.Context, verb, unit string, look func() (tenants, left int, err error)) error {
	return progress.To(p.Out, 1).Do(verb, func(say func(string)) (string, error) {
		for end := time.Now().Add(waitFor); ; {
			tenants, left, err := look()
			if err != nil {
				return "", err
			}
			if left == 0 || time.Now().After(end) {
				return fmt.Sprintf("%d tenants", tenants), nil
			}
			say(fmt.Sprintf("%d %s are not archived yet", left, unit))
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
	})
}

package boot

import "context"

// Warn logs a failure that something else makes good: a retry, the sweeper.
func (rt *Runtime) Warn(ctx context.Context, err error) {
	rt.Log.WarnContext(ctx, "left to be made good", "error", err.Error())
}

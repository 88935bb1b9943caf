package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/boot/metric"
)

// VoiceDenied counts a scene for which a voice could not be used: the account may not,
// or the service does not have it there. Who granted the right, or chose the region,
// has something to do; the one who waits for the video has not.
// infra/operations.yaml has an alarm on the metric.
func (rt *Runtime) VoiceDenied(ctx context.Context, why error) {
	rt.Log.ErrorContext(ctx, "a voice cannot be used", "error", why.Error())
	rt.Metrics.Add(metric.VoicesDenied, 1, Count, nil)
}

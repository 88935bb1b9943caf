package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/boot/metric"
)

// PictureDrawn counts a picture that was drawn because no model could be had to
// paint it, and says of each model why. Who granted the access, or named the
// models, has something to do; the one who waits for the video has not.
// infra/operations.yaml has an alarm on the metric.
func (rt *Runtime) PictureDrawn(ctx context.Context, why error) {
	rt.Log.ErrorContext(ctx, "no picture model can be used", "error", why.Error())
	rt.Metrics.Add(metric.PicturesDrawn, 1, Count, nil)
}

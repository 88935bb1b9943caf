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
	rt.unpainted(ctx, metric.PicturesDrawn, why)
}

// PictureDenied counts a preview that was refused for the same reason: nothing is
// drawn in its place, and whoever tries pictures before the first video hears of it
// first. It has an alarm too.
func (rt *Runtime) PictureDenied(ctx context.Context, why error) {
	rt.unpainted(ctx, metric.PicturesDenied, why)
}

func (rt *Runtime) unpainted(ctx context.Context, counted metric.Name, why error) {
	rt.Log.ErrorContext(ctx, "no picture model can be used", "error", why.Error())
	rt.Metrics.Add(counted, 1, Count, nil)
}

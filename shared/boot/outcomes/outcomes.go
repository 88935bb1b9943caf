// Package outcomes counts what becomes of renders, for the alarms on it
// (docs/adr/0045-what-rings.md).
package outcomes

import (
	"context"
	"strconv"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/render"
)

// Ended counts an attempt of a job. A Settler tells of each once. A canceled one is
// neither a success nor a failure.
func Ended(rt *boot.Runtime) func(context.Context, render.Job) {
	return func(_ context.Context, j render.Job) {
		switch {
		case j.Status == render.Succeeded:
			rt.Metrics.Together(nil, count(metric.JobsSucceeded, 1), count(metric.JobsFailed, 0))
		case j.Status != render.Failed || j.Failure == nil:
			return
		case j.Failure.Own():
			rt.Metrics.Add(metric.JobsRefused, 1, boot.Count, map[string]string{"code": string(j.Failure.Code)})
		default:
			rt.Metrics.Together(map[string]string{"code": string(j.Failure.Counted())}, count(metric.JobsSucceeded, 0), count(metric.JobsFailed, 1))
		}
	}
}

// Read counts a scene that a voice was to read, by whether one did.
func Read(rt *boot.Runtime) func(context.Context, bool) {
	return func(ctx context.Context, read bool) {
		silent := 0.0
		if !read {
			silent = 1
			rt.Log.ErrorContext(ctx, "no voice could read a scene")
		}
		rt.Metrics.Together(map[string]string{"read": strconv.FormatBool(read)}, count(metric.ScenesWithoutVoice, silent))
	}
}

func count(name metric.Name, value float64) boot.Measured {
	return boot.Measured{Name: name, Value: value, Unit: boot.Count}
}

// Package outcomes counts what becomes of renders, for the alarms on it
// (docs/adr/0045-what-rings.md).
package outcomes

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/render"
)

// lookLimit is what of a sweep's time is worth knowing how old renders are.
const lookLimit = 5 * time.Second

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

// Sweeping looks for the oldest render before each sweep, by the same index.
func Sweeping(rt *boot.Runtime, s openwork.Sweeper, jobs render.JobReader, limit int) func(context.Context, struct{}) (openwork.Report, error) {
	w := render.Watch{Index: s.Index, Jobs: jobs, Now: s.Now}
	return func(ctx context.Context, _ struct{}) (openwork.Report, error) {
		watched(ctx, rt, w)
		return s.Sweep(ctx, limit)
	}
}

// watched writes how old the oldest attempt is that has not ended: one that waits for a
// place or for a service ends in hours, and until then is no failure. What cannot be
// seen is warned of, and keeps nobody from what is overdue.
func watched(ctx context.Context, rt *boot.Runtime, w render.Watch) {
	ctx, done := context.WithTimeout(ctx, lookLimit)
	defer done()
	oldest, err := w.Oldest(ctx)
	if err != nil {
		rt.Warn(ctx, fmt.Errorf("look for the oldest render: %w", err))
	}
	if oldest.Age > 0 {
		rt.Metrics.Add(metric.OldestRender, oldest.Age.Seconds(), boot.Seconds, map[string]string{
			"tenant_id": string(oldest.Tenant), "job_id": oldest.Job.ID, "status": string(oldest.Job.Status),
		})
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

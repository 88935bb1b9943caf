package openwork

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// answerMargin is what a sweep leaves of its time, so that it ends with a report
// and not by being ended.
const answerMargin = time.Second

// Task says who mends a kind.
type Task struct {
	Kind Kind
	Mend Mender
	Part float64 // of a sweep's time that is kept for it, below 1; the tasks that have none share the rest alike
}

// Sweeper sees to what is overdue of every kind that it has a task for.
type Sweeper struct {
	Index Index
	Tasks []Task // in the order in which they get their share of the time
	Now   func() time.Time
	Warn  func(context.Context, error)
}

// Report counts what one sweep did.
type Report struct {
	Done   map[Kind]int `json:"done"`   // overdue items seen to, for each kind of the sweeper's tasks
	Failed int          `json:"failed"` // items left for the next sweep
}

// Total is how many items were seen to, or failed.
func (r Report) Total() int {
	n := r.Failed
	for _, done := range r.Done {
		n += done
	}
	return n
}

// Sweep sees to at most limit items of each kind, for no longer than its context
// lets it. One item's failure does not stop the rest, nor do any number of them:
// items that fail in every sweep, or a kind that takes all of its share, must
// not keep the others waiting. What a kind leaves of its share, the later ones
// have. That time is over is no failure: the next sweep goes on.
func (s Sweeper) Sweep(ctx context.Context, limit int) (Report, error) {
	ctx, done := before(ctx, answerMargin)
	defer done()
	report := Report{Done: make(map[Kind]int, len(s.Tasks))}
	var errs []error
	parts := s.parts()
	for i, task := range s.Tasks {
		share, done := shareOf(ctx, parts[i:])
		n, err := s.each(share, task, limit, &report.Failed)
		done()
		report.Done[task.Kind] += n
		if err != nil {
			errs = append(errs, fmt.Errorf("sweep %s: %w", task.Kind, err))
		}
	}
	return report, errors.Join(errs...)
}

// before ends some time before ctx does.
func before(ctx context.Context, margin time.Duration) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-margin))
}

// parts are what each task has of a sweep's time if all use theirs up.
func (s Sweeper) parts() []float64 {
	rest, alike := 1.0, 0
	for _, task := range s.Tasks {
		rest -= task.Part
		if task.Part == 0 {
			alike++
		}
	}
	all := make([]float64, len(s.Tasks))
	for i, task := range s.Tasks {
		if all[i] = task.Part; task.Part == 0 {
			all[i] = rest / float64(alike)
		}
	}
	return all
}

// shareOf ends after the first part of the time that is left to ctx.
func shareOf(ctx context.Context, parts []float64) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	sum := 0.0
	for _, part := range parts {
		sum += part
	}
	return context.WithTimeout(ctx, time.Duration(float64(time.Until(end))*parts[0]/sum))
}

func (s Sweeper) each(ctx context.Context, task Task, limit int, failed *int) (int, error) {
	done, cursor := 0, ""
	now := s.Now()
	for ctx.Err() == nil {
		page, next, err := s.Index.Overdue(tenant.WithSweep(ctx), task.Kind, now, cursor)
		switch {
		case err != nil && ctx.Err() != nil && cursor != "": // its share ended meanwhile
			return done, nil
		case err != nil:
			return done, err
		}
		for _, e := range page {
			if done >= limit || ctx.Err() != nil {
				return done, nil
			}
			own := tenant.WithTenant(ctx, e.Tenant)
			if err := task.Mend(own, e.Tenant, e.ID); err != nil {
				*failed++
				s.Warn(own, fmt.Errorf("mend %s: %w", task.Kind, err))
				continue
			}
			done++
		}
		if next == "" {
			return done, nil
		}
		cursor = next
	}
	return done, nil
}

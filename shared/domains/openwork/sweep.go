package openwork

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Task says who mends a kind.
type Task struct {
	Kind Kind
	Mend Mender
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
// not keep the others waiting. What a kind leaves of its share, the later ones have.
func (s Sweeper) Sweep(ctx context.Context, limit int) (Report, error) {
	report := Report{Done: make(map[Kind]int, len(s.Tasks))}
	var errs []error
	for i, task := range s.Tasks {
		share, done := shareOf(ctx, len(s.Tasks)-i)
		n, err := s.each(share, task, limit, &report.Failed)
		done()
		report.Done[task.Kind] += n
		if err != nil {
			errs = append(errs, fmt.Errorf("sweep %s: %w", task.Kind, err))
		}
	}
	return report, errors.Join(errs...)
}

// shareOf ends after one of so many equal parts of the time that is left to ctx.
func shareOf(ctx context.Context, parts int) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/time.Duration(parts))
}

func (s Sweeper) each(ctx context.Context, task Task, limit int, failed *int) (int, error) {
	done, cursor := 0, ""
	now := s.Now()
	for {
		page, next, err := s.Index.Overdue(tenant.WithSweep(ctx), task.Kind, now, cursor)
		if err != nil {
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
}

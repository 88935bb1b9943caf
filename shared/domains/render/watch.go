package render

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// usual is how long a render may take without anybody being concerned. Nothing
	// that is younger is looked at, so that there is mostly nothing to read.
	usual = 15 * time.Minute
	// anyDue is beyond each due time that a job under way may have.
	anyDue = 24 * time.Hour
)

// Watch sees how long renders have been under way, whatever they wait for.
type Watch struct {
	Index openwork.Index
	Jobs  JobReader
	Now   func() time.Time
}

// JobReader reads one job, as a JobStore does.
type JobReader interface {
	Job(ctx context.Context, id tenant.ID, jobID string) (Job, error)
}

// Oldest is the attempt that was asked for first, of those that have not ended.
type Oldest struct {
	Tenant tenant.ID
	Job    Job
	Age    time.Duration // zero when all are as young as usual
}

// Oldest looks for it among all jobs. A job's id tells when it was first asked for: only
// what can be old is read. What one job's failure hides is told with the rest.
func (w Watch) Oldest(ctx context.Context) (Oldest, error) {
	now, cursor := w.Now(), ""
	var oldest Oldest
	var errs []error
	for {
		page, next, err := w.Index.Overdue(tenant.WithSweep(ctx), openwork.Render, now.Add(anyDue), cursor)
		if err != nil {
			return oldest, errors.Join(append(errs, err)...)
		}
		for _, e := range page {
			if first, ok := tenant.TimeOf(e.ID); ok && now.Sub(first) < usual {
				continue
			}
			j, err := w.Jobs.Job(tenant.WithTenant(ctx, e.Tenant), e.Tenant, e.ID)
			if err != nil && !problem.Is(err, problem.NotFound) {
				errs = append(errs, err)
			}
			if err != nil || j.Status.Ended() {
				continue // the index trails the jobs
			}
			if age := now.Sub(j.asked()); age >= usual && age > oldest.Age {
				oldest = Oldest{e.Tenant, j, age}
			}
		}
		if next == "" {
			return oldest, errors.Join(errs...)
		}
		cursor = next
	}
}

// asked is when the present attempt was asked for.
func (j Job) asked() time.Time {
	if j.AdmittedAt.IsZero() {
		return j.CreatedAt
	}
	return j.AdmittedAt
}

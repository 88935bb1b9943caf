package render_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// underWay are jobs that have not ended, by what is said of them, and an index of them
// that has one on a page.
type underWay struct {
	t    *testing.T
	jobs []render.Job
	read int
}

func (u *underWay) Overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string) ([]openwork.Entry, string, error) {
	if tenant.ScopeFrom(ctx).Reach != tenant.ReachSweep || kind != openwork.Render {
		u.t.Errorf("%s is read in the scope %+v", kind, tenant.ScopeFrom(ctx))
	}
	n := len(cursor)
	if n >= len(u.jobs) {
		return nil, "", nil
	}
	if !u.jobs[n].DueAt.Before(now) {
		u.t.Error("a job that is not due yet is not looked for")
	}
	return []openwork.Entry{{Tenant: "T", ID: u.jobs[n].ID}}, strings.Repeat(".", n+1), nil
}

func (u *underWay) Job(ctx context.Context, id tenant.ID, jobID string) (render.Job, error) {
	if scope := tenant.ScopeFrom(ctx); scope.Tenant != id {
		u.t.Errorf("a job is read in the scope %+v", scope)
	}
	u.read++
	for _, j := range u.jobs {
		if j.ID == jobID && j.Title == "broken" {
			return j, errors.New("planted")
		}
		if j.ID == jobID && j.Title != "gone" {
			return j, nil
		}
	}
	return render.Job{}, problem.New(problem.NotFound, "There is no such job.")
}

// TestTheOldestRenderIsSeen: whatever a job waits for, its age is that of its present
// attempt; what has ended, has gone or is young is nobody's concern.
func TestTheOldestRenderIsSeen(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	job := func(title string, status render.Status, first, asked time.Duration) render.Job {
		j := render.Job{ID: tenant.IDAt(now.Add(-first)), Title: title, Status: status, CreatedAt: now.Add(-first), DueAt: now.Add(2 * time.Minute)}
		if asked > 0 {
			j.AdmittedAt = now.Add(-asked)
		}
		return j
	}
	const hour = time.Hour
	for name, c := range map[string]struct {
		jobs []render.Job
		want time.Duration
		read int
		errs bool
	}{
		"none":             {nil, 0, 0, false},
		"young ones":       {[]render.Job{job("a", render.Running, 14*time.Minute, 14*time.Minute), job("b", render.Queued, time.Minute, time.Minute)}, 0, 0, false},
		"one that waits":   {[]render.Job{job("a", render.Queued, 2*hour, 2*hour), job("b", render.Running, hour, hour)}, 2 * hour, 2, false},
		"a partner's":      {[]render.Job{job("a", render.Running, hour, hour), job("b", render.Running, 3*hour, 2*hour+time.Minute)}, 2*hour + time.Minute, 2, false},
		"retried just now": {[]render.Job{job("a", render.Queued, 500*hour, time.Minute)}, 0, 1, false},
		"from before":      {[]render.Job{job("a", render.Running, 2*hour, 0)}, 2 * hour, 1, false},
		"ended, and gone":  {[]render.Job{job("a", render.Failed, 2*hour, 2*hour), job("gone", render.Running, 2*hour, 2*hour)}, 0, 2, false},
		"beside a failure": {[]render.Job{job("broken", render.Running, 2*hour, 2*hour), job("b", render.Running, hour, hour)}, hour, 2, true},
	} {
		u := &underWay{t: t, jobs: c.jobs}
		got, err := render.Watch{Index: u, Jobs: u, Now: func() time.Time { return now }}.Oldest(t.Context())
		if got.Age != c.want || u.read != c.read || (err != nil) != c.errs {
			t.Errorf("%s: %s of %q, %d read (%v), want %s", name, got.Age, got.Job.Title, u.read, err, c.want)
		}
	}
}

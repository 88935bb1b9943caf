package memory

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Basis implements render.AdmissionStore.
func (s *Store) Basis(_ context.Context, id tenant.ID, projectID string, p metering.Period) (b render.Basis, err error) {
	err = s.read(id, func(t *state) error {
		source, ok := t.projects[projectID]
		if !ok {
			return problem.New(problem.NotFound, "There is no such project.")
		}
		b = render.Basis{Tenant: t.tenant, Source: source, Counter: t.counter(p)}
		return nil
	})
	s.wasRead(id)
	return b, err
}

// RetryBasis implements render.AdmissionStore.
func (s *Store) RetryBasis(_ context.Context, id tenant.ID, jobID string, p metering.Period) (j render.Job, b render.Basis, err error) {
	err = s.read(id, func(t *state) error {
		stored, ok := t.jobs[jobID]
		if !ok {
			return noSuchJob()
		}
		j, b = cloneJob(stored.Job), render.Basis{Tenant: t.tenant, Source: stored.source, Counter: t.counter(p)}
		for _, scene := range stored.source.Scenes {
			if i := t.images[scene.ImageID]; scene.ImageID != "" && (i == nil || i.Failed || i.Deleted) {
				b.Gone = append(b.Gone, scene.ImageID)
			}
		}
		if now, there := t.projects[stored.ProjectID]; there && j.Failure != nil && j.Failure.Code == problem.PromptRefused {
			b.Now = &now
		}
		return nil
	})
	s.wasRead(id)
	return j, b, err
}

// TenantMonth implements render.ImageStore.
func (s *Store) TenantMonth(_ context.Context, id tenant.ID, p metering.Period) (owner tenant.Tenant, c metering.Counter, err error) {
	err = s.read(id, func(t *state) error {
		owner, c = t.tenant, t.counter(p)
		return nil
	})
	s.wasRead(id)
	return owner, c, err
}

func (s *Store) wasRead(id tenant.ID) {
	if s.AfterRead != nil {
		s.AfterRead(id)
	}
}

// AdmitJob implements render.AdmissionStore.
func (s *Store) AdmitJob(_ context.Context, id tenant.ID, j render.Job, source render.Source, a metering.Admission) error {
	return s.admit(id, pictures(source), a, func(t *state) error { return nil }, func(t *state) {
		t.jobs[j.ID] = &job{Job: cloneJob(j), source: source}
		t.open[j.ID] = entry{openwork.Render, j.DueAt}
	})
}

// ReadmitJob implements render.AdmissionStore.
func (s *Store) ReadmitJob(_ context.Context, id tenant.ID, j render.Job, source render.Source, a metering.Admission) error {
	return s.admit(id, pictures(source), a, func(t *state) error {
		old, ok := t.jobs[j.ID]
		if !ok || old.Attempt != j.Attempt-1 || old.Status != render.Failed && old.Status != render.Canceled || old.Deleted {
			return problem.New(problem.Conflict, "The job was retried by somebody else at the same time. Read it again.")
		}
		return nil
	}, func(t *state) {
		old := t.jobs[j.ID]
		next := cloneJob(j)
		next.Parts, next.Charged, next.Live = old.Parts, old.Charged, map[string]int{}
		if s.Bug == "retry-forgets-what-was-paid" {
			next.Charged = metering.Amounts{}
		}
		old.Job, old.source = next, source
		t.open[j.ID] = entry{openwork.Render, j.DueAt}
	})
}

// AdmitImage implements render.ImageStore.
func (s *Store) AdmitImage(_ context.Context, id tenant.ID, i render.Image, a metering.Admission) error {
	return s.admit(id, func(t *state) error {
		if _, there := t.projects[i.ProjectID]; i.ProjectID != "" && !there {
			return render.NoSuchProject()
		}
		return nil
	}, a, func(*state) error { return nil }, func(t *state) {
		t.images[i.ID] = &i
		t.open[i.ID] = entry{openwork.Image, i.DueAt}
	})
}

// pictures holds those that a source names to be there.
func pictures(source render.Source) func(*state) error {
	return func(t *state) error {
		for _, scene := range source.Scenes {
			if i := t.images[scene.ImageID]; scene.ImageID != "" && (i == nil || i.Failed || i.Deleted) {
				return problem.New(problem.ProjectNotReady, "A picture was deleted.")
			}
		}
		return nil
	}
}

// admit checks everything that an admission needs, then writes all of it.
func (s *Store) admit(id tenant.ID, needs func(*state) error, a metering.Admission, subject func(*state) error, put func(*state)) error {
	return s.write(id, func(t *state) error {
		if old, there := t.ledger[rowKey{a.Row.Period, a.Row.Subject, a.Row.Number}]; there {
			if old.At.Equal(a.Row.At) {
				return nil // this very admission, written before its answer was lost
			}
			return problem.New(problem.Conflict, "The job was retried by somebody else at the same time. Read it again.")
		}
		if err := subject(t); err != nil {
			return err
		}
		if c, ok := t.claims[a.Claim.Key]; ok && a.Claim.Given() && c.until.After(a.Row.At) {
			return idempotency.ErrClaimed
		}
		if s.Bug != "plan-not-checked" && (t.tenant.Revision != a.Tenant.Revision || t.tenant.Plan != a.Tenant.Plan || t.tenant.Status != tenant.Active) {
			return metering.ErrTenantChanged
		}
		if err := needs(t); err != nil {
			return err
		}
		if a.Job != nil && t.level.ActiveJobs >= int64(a.Job.PerTenant) {
			return metering.ErrTooManyJobs
		}
		if s.full(t, a) {
			return &metering.Full{Counter: t.counter(a.Row.Period)}
		}
		if a.Job != nil && s.slots >= int64(a.Job.Overall) {
			return metering.ErrNoSlot
		}
		if s.Judge != nil {
			s.Judge(id, a, t.summed(a.Row.Period))
		}
		s.add(t, a.Row)
		put(t)
		if a.Job != nil {
			t.level.ActiveJobs++
			s.slots++
		}
		if s.Bug != "claim-not-written" {
			t.claim(a.Claim, a.Row.Subject, a.Row.At)
		}
		return nil
	})
}

func (s *Store) full(t *state, a metering.Admission) bool {
	c := t.counter(a.Row.Period)
	for _, m := range metering.Metrics() {
		limit, limited := a.Limits.Of(m)
		switch s.Bug {
		case "one-too-many":
			limit += max(a.Row.Taken[m], 1)
		case "one-too-few":
			limit--
		case "level-not-held":
			limited = limited && !m.Level()
		}
		if limited && a.Row.Taken[m] > 0 && c.Taken[m] > limit-a.Row.Taken[m] {
			return true
		}
	}
	return false
}

// summed is what the ledger says of a month and of the level.
func (t *state) summed(p metering.Period) metering.Counter {
	var month []metering.Row
	stored := metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}}
	for key, row := range t.ledger {
		if key.period == p {
			month = append(month, row)
		}
		stored = stored.Plus(row)
	}
	sum := metering.Sum(month)
	sum.Grown = sum.Taken[metering.StorageMB]
	sum.Taken[metering.StorageMB], sum.Reserved[metering.StorageMB] = stored.Taken[metering.StorageMB], stored.Reserved[metering.StorageMB]
	return sum
}

// Claimed implements idempotency.Claims.
func (s *Store) Claimed(_ context.Context, id tenant.ID, c idempotency.Claim, now time.Time) (subject string, err error) {
	err = s.read(id, func(t *state) error {
		found, ok := t.claims[c.Key]
		switch {
		case !ok || !found.until.After(now):
			return nil
		case found.fingerprint != c.Fingerprint:
			return idempotency.Reused()
		}
		subject = found.subject
		return nil
	})
	return subject, err
}

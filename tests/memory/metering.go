package memory

import (
	"context"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Month implements metering.Reader.
func (s *Store) Month(_ context.Context, id tenant.ID, p metering.Period) (owner tenant.Tenant, c metering.Counter, err error) {
	err = s.read(id, func(t *state) error {
		owner, c = t.tenant, t.counter(p)
		return nil
	})
	return owner, c, err
}

// Months implements metering.Reader.
func (s *Store) Months(_ context.Context, id tenant.ID) (all []metering.MonthCounter, err error) {
	err = s.read(id, func(t *state) error {
		var periods []metering.Period
		for p, c := range t.months {
			if !c.Taken.Zero() || !c.Reserved.Zero() || len(c.Taken) > 0 {
				periods = append(periods, p)
			}
		}
		slices.Sort(periods)
		slices.Reverse(periods)
		stored := t.level.Taken[metering.StorageMB]
		for n, p := range periods {
			c := t.counter(p)
			c.Taken[metering.StorageMB] = stored
			if n > 0 {
				c.Reserved[metering.StorageMB] = t.months[p].Reserved[metering.StorageMB]
			}
			stored -= c.Grown
			all = append(all, metering.MonthCounter{Period: p, Counter: c})
		}
		return nil
	})
	return all, err
}

// Ledger reads the rows of a month.
func (s *Store) Ledger(_ context.Context, id tenant.ID, p metering.Period) (rows []metering.Row, err error) {
	err = s.read(id, func(t *state) error {
		for key, row := range t.ledger {
			if key.period == p {
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}

// OpenSlots reads how many jobs of all tenants are unfinished.
func (s *Store) OpenSlots(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slots, nil
}

// Tenant is what an account is.
func (s *Store) Tenant(_ context.Context, id tenant.ID) (owner tenant.Tenant, err error) {
	err = s.read(id, func(t *state) error {
		owner = t.tenant
		return nil
	})
	return owner, err
}

// Audit says what does not add up for a tenant; nothing when all does. files are
// the sizes of its counted objects by job or preview.
func (s *Store) Audit(id tenant.ID, files map[string]int64) (wrong []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[id]
	return slices.Concat(t.auditCounters(), t.auditSubjects(files))
}

// Busy is how many jobs of a tenant are unfinished, and how many places of all
// are taken.
func (s *Store) Busy(id tenant.ID) (active, slots int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenants[id].level.ActiveJobs, s.slots
}

// AuditSlots compares the places taken with the unfinished jobs of all tenants.
func (s *Store) AuditSlots() (taken, unfinished int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tenants {
		for _, j := range t.jobs {
			if !j.Status.Ended() {
				unfinished++
			}
		}
	}
	return s.slots, unfinished
}

var _ interface {
	render.AdmissionStore
	render.JobStore
	render.ImageStore
	openwork.Index
	metering.Reader
	billing.TermsStore
	billing.WorkStore
} = (*Store)(nil)

// TenantLocked is Tenant for a Judge, which is called with the lock held.
func (s *Store) TenantLocked(id tenant.ID) (tenant.Tenant, error) {
	t, ok := s.tenants[id]
	if !ok {
		return tenant.Tenant{}, problem.New(problem.NotFound, "There is no such account.")
	}
	return t.tenant, nil
}

// Summed is what the ledger says of a month, and of the level.
func (s *Store) Summed(id tenant.ID, p metering.Period) metering.Counter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenants[id].summed(p)
}

// Reserved is what a tenant's ledger has reserved, all months together.
func (s *Store) Reserved(id tenant.ID) metering.Amounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := metering.Amounts{}
	for _, row := range s.tenants[id].ledger {
		held = held.Plus(row.Reserved)
	}
	return held
}

// ClaimLives reports whether subject is there, made or being made, and the
// request that a claim stands for was asked within the claim's life.
func (s *Store) ClaimLives(id tenant.ID, c idempotency.Claim, now time.Time, subject string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[id]
	var made time.Time
	if j, ok := t.jobs[subject]; ok {
		made = j.CreatedAt
	}
	if i, ok := t.images[subject]; ok && !i.Failed {
		made = i.CreatedAt
	}
	return !made.IsZero() && now.Before(made.Add(idempotency.Life))
}

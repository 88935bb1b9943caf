// Package memory keeps what billing, and the metering of renders and previews,
// need in maps, under one lock: a store that is right by its simplicity. It passes the same
// contract as the real one (tests/storecontract), and carries the simulation
// (tests/simulation), which also plants bugs in it.
package memory

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Store holds tenants. Its zero value is not ready; use New.
type Store struct {
	// Bug is the one planted bug, "" for none; see Bugs.
	Bug string
	// Fault answers the failure of one write: before its effect, after it, or nil twice.
	Fault func() (before, after error)
	// AfterRead runs after each read that an admission rests on, without the lock.
	AfterRead func(tenant.ID)
	// Judge hears of each admission that was written, and of what the ledger held before.
	Judge func(tenant.ID, metering.Admission, metering.Counter)

	mu      sync.Mutex
	tenants map[tenant.ID]*state
	slots   int64
}

// state is one tenant's.
type state struct {
	tenant   tenant.Tenant
	projects map[string]render.Source
	months   map[metering.Period]*metering.Counter // storage: the month's growth
	level    metering.Counter                      // storage and unfinished jobs
	ledger   map[rowKey]metering.Row
	jobs     map[string]*job
	images   map[string]*render.Image
	claims   map[string]claimed
	open     map[string]entry // by id of the job or preview
	archived map[metering.Period]metering.Archived
	segments map[metering.RowID]int // of the rows that are archived
	bought   bought
}

type rowKey struct {
	period  metering.Period
	subject string
	number  int
}

type job struct {
	render.Job
	source   render.Source
	released bool
}

type claimed struct {
	fingerprint, subject string
	until                time.Time
}

type entry struct {
	kind openwork.Kind
	due  time.Time
}

// New makes an empty store.
func New() *Store { return &Store{tenants: map[tenant.ID]*state{}} }

// AddTenant stores a tenant on a plan.
func (s *Store) AddTenant(id tenant.ID, plan tenant.Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tenants[id] = &state{
		tenant:   tenant.Tenant{ID: id, Plan: plan, Status: tenant.Active},
		projects: map[string]render.Source{}, months: map[metering.Period]*metering.Counter{},
		level:  metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}},
		ledger: map[rowKey]metering.Row{}, jobs: map[string]*job{}, images: map[string]*render.Image{},
		claims: map[string]claimed{}, open: map[string]entry{},
		archived: map[metering.Period]metering.Archived{}, segments: map[metering.RowID]int{}, bought: nothingBought(),
	}
}

// AddProject stores what a render copies.
func (s *Store) AddProject(id tenant.ID, source render.Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tenants[id].projects[source.ProjectID] = source
}

// write runs one transaction under the lock, with its fault before or after. do
// changes nothing when it answers an error.
func (s *Store) write(id tenant.ID, do func(*state) error) error {
	var after error
	if s.Fault != nil {
		var before error
		if before, after = s.Fault(); before != nil {
			return before
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[id]
	if t == nil {
		return problem.New(problem.NotFound, "There is no such account.")
	}
	if err := do(t); err != nil {
		return err
	}
	return after
}

func (s *Store) read(id tenant.ID, do func(*state) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[id]
	if t == nil {
		return problem.New(problem.NotFound, "There is no such account.")
	}
	return do(t)
}

func (t *state) month(p metering.Period) *metering.Counter {
	if t.months[p] == nil {
		t.months[p] = &metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}}
	}
	return t.months[p]
}

// counter is what an admission reads: flows of the month, levels of now.
func (t *state) counter(p metering.Period) metering.Counter {
	m := t.month(p)
	c := metering.Counter{Taken: maps.Clone(m.Taken), Reserved: maps.Clone(m.Reserved), Grown: m.Taken[metering.StorageMB], ActiveJobs: t.level.ActiveJobs}
	c.Taken[metering.StorageMB], c.Reserved[metering.StorageMB] = t.level.Taken[metering.StorageMB], t.level.Reserved[metering.StorageMB]
	return c
}

// add puts a row into the ledger and adds it up.
func (s *Store) add(t *state, r metering.Row) {
	t.ledger[rowKey{r.Period, r.Subject, r.Number}] = r
	period, reserved := r.Period, r.Reserved
	settles := r.Number > 0 && r.Number%2 == 0
	if s.Bug == "settles-in-the-present-month" && settles {
		period = metering.PeriodOf(r.At)
	}
	if s.Bug == "reservation-stays" && settles {
		reserved = metering.Amounts{}
	}
	m := t.month(period)
	m.Taken, m.Reserved = m.Taken.Plus(r.Taken), m.Reserved.Plus(reserved)
	level := func(a metering.Amounts) metering.Amounts {
		return metering.Amounts{metering.StorageMB: a[metering.StorageMB]}
	}
	if s.Bug == "level-begins-anew" && len(m.Taken) > 0 && t.level.Taken[metering.StorageMB] > m.Taken[metering.StorageMB] {
		t.level.Taken = metering.Amounts{}
	}
	t.level.Taken, t.level.Reserved = t.level.Taken.Plus(level(r.Taken)), t.level.Reserved.Plus(level(reserved))
}

func (t *state) has(r metering.Row) bool {
	_, ok := t.ledger[rowKey{r.Period, r.Subject, r.Number}]
	return ok
}

func (t *state) claim(c idempotency.Claim, subject string, at time.Time) {
	if c.Given() {
		t.claims[c.Key] = claimed{fingerprint: c.Fingerprint, subject: subject, until: at.Add(idempotency.Life)}
	}
}

func cloneJob(j render.Job) render.Job {
	parts := map[int]map[render.PartKind]render.Part{}
	for scene, kinds := range j.Parts {
		parts[scene] = maps.Clone(kinds)
	}
	j.Parts, j.Live = parts, maps.Clone(j.Live)
	j.Reserved, j.Charged, j.Warnings = maps.Clone(j.Reserved), maps.Clone(j.Charged), slices.Clone(j.Warnings)
	j.Unpaid = maps.Clone(j.Unpaid)
	if j.Video != nil {
		v := *j.Video
		j.Video = &v
	}
	if j.Failure != nil {
		f := *j.Failure
		j.Failure = &f
	}
	return j
}

func noSuchJob() error { return problem.New(problem.NotFound, "There is no such job.") }

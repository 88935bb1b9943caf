// Package storecontract says what a store of renders, previews and their metering
// must do, whichever it is: the one in memory that carries the simulation, and
// the real one on every DynamoDB at hand.
package storecontract

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Parts are a store's ports.
type Parts struct {
	Admissions render.AdmissionStore
	Claims     idempotency.Claims
	Jobs       render.JobStore
	Images     render.ImageStore
	Index      openwork.Index
	Meters     interface {
		metering.Reader
		Ledger(ctx context.Context, id tenant.ID, p metering.Period) ([]metering.Row, error)
		OpenSlots(ctx context.Context) (int64, error)
	}
	Terms   billing.TermsStore
	Bought  billing.WorkStore
	Archive archive.Store[metering.Row, metering.RowID]
	Seals   interface {
		Heads(ctx context.Context, id tenant.ID) (map[metering.Period]metering.Archived, error)
		LedgerRows(ctx context.Context, id tenant.ID, first, last metering.Period) ([]metering.Filed, error)
		SealMonth(ctx context.Context, id tenant.ID, p metering.Period, s metering.Seal) error
	}
	// Add stores a tenant on the free plan and returns it with the id of a project
	// of one scene.
	Add func(t *testing.T) (tenant.ID, string)
}

// subject is one tenant on a store, and a clock that stands still.
type subject struct {
	Parts
	t       *testing.T
	id      tenant.ID
	project string
	now     time.Time
}

const month = metering.Period("2097-03") // far ahead: expiry by the machine's own clock must not interfere

// Run holds a store to the contract.
func Run(t *testing.T, make func(t *testing.T) Parts) {
	for name, check := range map[string]func(*subject){
		"admits to the limit":          (*subject).admitsToTheLimit,
		"admits exactly at once":       (*subject).admitsExactlyAtOnce,
		"all or nothing":               (*subject).allOrNothing,
		"holds the level":              (*subject).holdsTheLevel,
		"repeats an admission":         (*subject).repeatsAnAdmission,
		"holds terms":                  (*subject).holdsTerms,
		"holds grants":                 (*subject).holdsGrants,
		"keeps events":                 (*subject).keepsEvents,
		"applies events":               (*subject).appliesEvents,
		"pays once":                    (*subject).paysOnce,
		"holds slots":                  (*subject).holdsSlots,
		"claims a key":                 (*subject).claimsAKey,
		"settles once":                 (*subject).settlesOnce,
		"settles in its own month":     (*subject).settlesInItsOwnMonth,
		"refuses a settlement outdone": (*subject).refusesASettlementOutdone,
		"readmits once":                (*subject).readmitsOnce,
		"replaces parts":               (*subject).replacesParts,
		"ends attempts":                (*subject).endsAttempts,
		"gives back once":              (*subject).givesBackOnce,
		"settles previews":             (*subject).settlesPreviews,
		"deletes previews":             (*subject).deletesPreviews,
		"pages previews":               (*subject).pagesPreviews,
		"previews for a draft":         (*subject).previewsForADraft,
		"lists open work":              (*subject).listsOpenWork,
		"pages jobs":                   (*subject).pagesJobs,
		"seals a month":                (*subject).sealsAMonth,
		"reads rows by month":          (*subject).readsRowsByMonth,
		"knows nobody else":            (*subject).knowsNobodyElse,
	} {
		t.Run(name, func(t *testing.T) {
			s := &subject{Parts: make(t), t: t, now: month.Start().Add(50 * time.Hour)}
			s.id, s.project = s.Add(t)
			check(s)
			s.addsUp()
		})
	}
}

func (s *subject) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(s.t.Context(), tenant.Render), s.id)
}

func (s *subject) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *subject) is(err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Fatalf("want %v, got %v", want, err)
	}
}

func (s *subject) coded(err error, want problem.Code) {
	s.t.Helper()
	if !problem.Is(err, want) {
		s.t.Fatalf("want %s, got %v", want, err)
	}
}

func (s *subject) full(err error) metering.Counter {
	s.t.Helper()
	var full *metering.Full
	if !errors.As(err, &full) {
		s.t.Fatalf("want a full counter, got %v", err)
	}
	return full.Counter
}

func (s *subject) owner() tenant.Tenant {
	s.t.Helper()
	held, err := s.Terms.Held(s.ctx(), s.id)
	s.must(err)
	return held.Tenant
}

func (s *subject) counter() metering.Counter {
	s.t.Helper()
	_, c, err := s.Meters.Month(s.ctx(), s.id, month)
	s.must(err)
	return c
}

// addsUp compares ledger, months, level and places.
func (s *subject) addsUp() {
	s.t.Helper()
	months, err := s.Meters.Months(s.ctx(), s.id)
	s.must(err)
	var all []metering.Row
	for _, m := range months {
		rows, err := s.Meters.Ledger(s.ctx(), s.id, m.Period)
		s.must(err)
		all = append(all, rows...)
		sum := metering.Sum(rows)
		for _, metric := range metering.Metrics() {
			if !metric.Level() && (sum.Taken[metric] != m.Counter.Taken[metric] || sum.Reserved[metric] != m.Counter.Reserved[metric]) {
				s.t.Errorf("%s %s: ledger %v, counter %v", m.Period, metric, sum, m.Counter)
			}
		}
		if sum.Taken[metering.StorageMB] != m.Counter.Grown {
			s.t.Errorf("%s: storage grew by %d, the counter says %d", m.Period, sum.Taken[metering.StorageMB], m.Counter.Grown)
		}
	}
	sum, now := metering.Sum(all), s.counter()
	if m := metering.StorageMB; sum.Taken[m] != now.Taken[m] || sum.Reserved[m] != now.Reserved[m] {
		s.t.Errorf("level: ledger %d %d, counter %d %d", sum.Taken[m], sum.Reserved[m], now.Taken[m], now.Reserved[m])
	}
}

func (s *subject) image() render.Image {
	return render.Image{
		ID: tenant.NewID(), Aspect: render.Square, Object: "images/x", Period: month, CreatedAt: s.now, DueAt: s.now.Add(time.Minute),
		Reserved: metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 100},
	}
}

func (s *subject) admission(row metering.Row, limits metering.Limits) metering.Admission {
	return metering.Admission{Tenant: s.owner(), Limits: limits, Row: row}
}

// take admits a preview of the given amounts.
func (s *subject) take(amounts metering.Amounts, limits metering.Limits) (render.Image, error) {
	i := s.image()
	i.Reserved = amounts
	return i, s.Images.AdmitImage(s.ctx(), s.id, i, s.admission(metering.Reserve(month, i.ID, 1, amounts, s.now), limits))
}

func (s *subject) job(slot metering.Slot) (render.Job, error) {
	s.t.Helper()
	b, err := s.Admissions.Basis(s.ctx(), s.id, s.project, month)
	s.must(err)
	j := render.Job{
		ID: tenant.NewID(), ProjectID: s.project, Title: "Still", Resolution: render.HD, Aspect: render.Square, Status: render.Queued, Attempt: 1,
		Scenes: 1, Period: month, Reserved: metering.Amounts{metering.ImagesCount: 1, metering.RenderMinutes: 9000, metering.StorageMB: 500},
		Charged: metering.Amounts{}, Live: map[string]int{}, CreatedAt: s.now, DueAt: s.now.Add(time.Minute),
	}
	a := s.admission(metering.Reserve(month, j.ID, 1, j.Reserved, s.now), nil)
	a.Job = &slot
	return j, s.Admissions.AdmitJob(s.ctx(), s.id, j, b.Source, a)
}

func plenty() metering.Slot { return metering.Slot{PerTenant: 100, Overall: 1 << 30} }

// started is a job with a part, running.
func (s *subject) started() render.Job {
	s.t.Helper()
	j, err := s.job(plenty())
	s.must(err)
	s.must(s.Jobs.BeginJob(s.ctx(), s.id, j.ID, 1, s.now, s.now.Add(time.Minute)))
	s.must(s.Jobs.RecordPart(s.ctx(), s.id, j.ID, 1, render.Part{Kind: render.ImagePart, Scene: 1, Object: "x", Made: metering.Amounts{metering.ImagesCount: 1}}))
	return s.read(j.ID)
}

func (s *subject) read(id string) render.Job {
	s.t.Helper()
	j, err := s.Jobs.Job(s.ctx(), s.id, id)
	s.must(err)
	return j
}

func (s *subject) settlement(j render.Job, status render.Status) render.Settlement {
	made := j.Made(status == render.Succeeded)
	return render.Settlement{
		Job: j, Status: status, Charged: made, Unpaid: metering.Amounts{metering.TTSSeconds: 5}, At: s.now,
		Row: metering.Settle(j.Period, j.ID, j.Attempt, j.Reserved, made.Minus(j.Charged), s.now),
	}
}

func (s *subject) settled(status render.Status) render.Job {
	s.t.Helper()
	j := s.started()
	if status == render.Succeeded {
		s.must(s.Jobs.RecordVideo(s.ctx(), s.id, j.ID, 1, render.Video{DurationMS: 8000, Size: 300, Stored: 400}))
		j = s.read(j.ID)
	}
	s.must(s.Jobs.SettleJob(s.ctx(), s.id, s.settlement(j, status)))
	return s.read(j.ID)
}

func atOnce(n int, do func()) {
	var all sync.WaitGroup
	for range n {
		all.Go(do)
	}
	all.Wait()
}

func count(n *atomic.Int64, err error) {
	if err == nil {
		n.Add(1)
	}
}

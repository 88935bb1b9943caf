package pipeline

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// stored is what the tenant has in storage, in bytes.
func (w *world) stored() int64 {
	w.t.Helper()
	return w.balanced().Used(metering.StorageMB)
}

func (w *world) finished(p parts) render.Job {
	w.t.Helper()
	j := w.render(p, w.newProject(p, psalm).ID)
	w.finish(p, j)
	ended, err := p.settler.Succeed(w.ctx(), w.id, j.ID, 1)
	harness.Must(w.t, err)
	return ended
}

func TestStorageIsGivenBackByDeleting(t *testing.T) {
	harness.OnBothStores(t, storageIsGivenBackByDeleting)
}

func storageIsGivenBackByDeleting(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	library, album := render.NewLibrary(p.jobs, p.files, p.now), render.NewAlbum(p.images, p.files, p.now)
	video := w.finished(p)
	picture, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.Must(t, err)
	if got := w.stored(); got != 1_000_007 {
		t.Fatalf("%d bytes are stored of a video of 1,000,000 and a picture of 7", got)
	}
	w.clock.Forward(40 * 24 * time.Hour) // December: what is stored is stored
	if got := w.stored(); got != 1_000_007 {
		t.Fatalf("the new month has %d bytes", got)
	}
	for range 2 {
		harness.Must(t, library.DeleteVideo(w.ctx(), w.id, video.ID))
	}
	if got := w.stored(); got != 7 {
		t.Fatalf("%d bytes are stored after the video was deleted", got)
	}
	harness.Must(t, album.Delete(w.ctx(), w.id, picture.ID))
	harness.WantCode(t, album.Delete(w.ctx(), w.id, picture.ID), problem.NotFound)
	_, _, err = album.Get(w.ctx(), w.id, picture.ID)
	harness.WantCode(t, err, problem.NotFound)
	if got := w.stored(); got != 0 {
		t.Fatalf("%d bytes are stored of nothing", got)
	}
	w.balancedIn("2026-11")
	if _, there, err := p.files.Size(w.ctx(), w.id, picture.Object); there || err != nil {
		t.Errorf("the picture is still there (%v)", err)
	}
}

func TestDeletingAtOnceGivesBackOnce(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, deletingAtOnceGivesBackOnce)
}

func deletingAtOnceGivesBackOnce(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	video := w.finished(p)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			q := w.process(nil)
			if err := render.NewLibrary(q.jobs, q.files, q.now).DeleteVideo(w.ctx(), w.id, video.ID); err != nil {
				t.Errorf("delete: %v", err)
			}
		})
	}
	all.Wait()
	if got := w.stored(); got != 0 {
		t.Fatalf("%d bytes are stored", got)
	}
}

func TestNoFailureLosesADeletion(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, noFailureLosesADeletion)
}

func noFailureLosesADeletion(t *testing.T, db harness.Database) {
	t.Parallel() // beside the other store: each is a chain of calls that waits for its own
	shared := newWorldOn(t, db)
	var ways []harness.Way
	for _, kind := range kinds(db, calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter) {
		ways = append(ways, harness.Way{Kind: kind, Forever: true})
	}
	harness.Sweep{Flow: "delete a video and a picture", Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		faults := calls.Plant(plan...).OnKill(func() {})
		shared.as(t).deleteUnder(faults)
		return faults
	})
}

// deleteUnder deletes a video and a picture in a process in which calls fail,
// then lets the sweeper finish.
func (w *world) deleteUnder(faults *calls.Faults) {
	w.t.Helper()
	sane, p := w.process(nil), w.process(faults)
	video := w.finished(sane)
	picture, _, _, err := w.previewer(sane, easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.Must(w.t, err)
	first := render.NewLibrary(p.jobs, p.files, p.now).DeleteVideo(w.ctx(), w.id, video.ID)
	second := render.NewAlbum(p.images, p.files, p.now).Delete(w.ctx(), w.id, picture.ID)
	w.clock.Forward(5 * time.Minute)
	w.sweep(sane)
	left := w.stored()
	// What was not even marked is asked for again, as its owner would.
	if first != nil {
		harness.Must(w.t, render.NewLibrary(sane.jobs, sane.files, sane.now).DeleteVideo(w.ctx(), w.id, video.ID))
	}
	if err := render.NewAlbum(sane.images, sane.files, sane.now).Delete(w.ctx(), w.id, picture.ID); second != nil && err != nil && !problem.Is(err, problem.NotFound) {
		w.t.Errorf("delete again: %v", err)
	}
	if got := w.stored(); got != 0 || first == nil && left > 7 {
		w.t.Errorf("%d bytes are stored in the end, %d before asking again", got, left)
	}
	if n := w.openWork(); n != 0 {
		w.t.Errorf("%d entries of open work are left", n)
	}
}

func TestStorageHasALimitThatDeletingLifts(t *testing.T) {
	harness.OnBothStores(t, storageHasALimitThatDeletingLifts)
}

func storageHasALimitThatDeletingLifts(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	w.base.StorageMB = 3
	first, _, _, err := w.previewer(w.process(nil), easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.Must(t, err)
	w.base.StorageMB = 2.5 // exactly a preview's reservation, if nothing were stored
	_, _, _, err = w.previewer(w.process(nil), easel{}).Preview(w.ctx(), w.id, "a hill", render.Square, idempotency.Claim{})
	full := harness.WantCode(t, err, problem.QuotaExceeded)
	if full.Members["metric"] != metering.StorageMB || full.Members["limit"] != 2.5 || full.Members["period_end"] != nil {
		t.Errorf("%v", full.Members)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1 {
		t.Errorf("the refused picture took from another metric: %+v", c)
	}
	harness.Must(t, render.NewAlbum(p.images, p.files, p.now).Delete(w.ctx(), w.id, first.ID))
	_, _, _, err = w.previewer(w.process(nil), easel{}).Preview(w.ctx(), w.id, "a hill", render.Square, idempotency.Claim{})
	harness.Must(t, err)
	w.balanced()
}

func TestADeletedPictureCannotBeRendered(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	picture, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{})
	harness.Must(t, err)
	title, scenes := "A test", []project.Scene{{Text: psalm, ImageID: picture.ID}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	harness.Must(t, render.NewAlbum(p.images, p.files, p.now).Delete(w.ctx(), w.id, picture.ID))
	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.ProjectNotReady)
	if c := w.balanced(); c.Taken[metering.TTSSeconds] != 0 || c.ActiveJobs != 0 {
		t.Errorf("something was taken: %+v", c)
	}
}

func TestSlotsOfAllTenantsTogetherAreNeverExceeded(t *testing.T) {
	harness.OnBothStores(t, slotsOfAllTenantsTogetherAreNeverExceeded)
}

func slotsOfAllTenantsTogetherAreNeverExceeded(t *testing.T, db harness.Database) {
	shared := newWorldOn(t, db)
	shared.slots = metering.Slots{PerTenant: 3, Overall: 6}
	var all sync.WaitGroup
	var admitted, busy atomic.Int64
	for range 5 {
		w := shared.as(t)
		made := w.newProject(w.process(nil), psalm)
		for range 4 {
			p := w.process(nil)
			all.Go(func() {
				_, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
				switch {
				case err == nil:
					admitted.Add(1)
				case problem.Is(err, problem.TooBusy):
					busy.Add(1)
					if problem.From(err).RetryAfter <= 0 {
						t.Error("no Retry-After")
					}
				case !problem.Is(err, problem.TooManyJobs):
					t.Errorf("render: %v", err)
				}
			})
		}
	}
	all.Wait()
	shared.balanced()
	if admitted.Load() > 6 || busy.Load() == 0 {
		t.Errorf("%d admitted, %d refused for want of slots", admitted.Load(), busy.Load())
	}
}

func TestATenantWithoutRendersGetsTheLastSlot(t *testing.T) {
	harness.OnBothStores(t, aTenantWithoutRendersGetsTheLastSlot)
}

func aTenantWithoutRendersGetsTheLastSlot(t *testing.T, db harness.Database) {
	greedy := newWorldOn(t, db)
	greedy.slots = metering.Slots{PerTenant: 3, Overall: 3}
	other := greedy.as(t)
	p, q := greedy.process(nil), other.process(nil)
	made, own := greedy.newProject(p, psalm), other.newProject(q, psalm)
	greedy.render(p, made.ID)
	greedy.render(p, made.ID)
	_, _, err := p.admitter.Render(greedy.ctx(), greedy.id, made.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.TooBusy) // two of three are its own already
	j := other.render(q, own.ID)
	greedy.balanced()
	_, err = q.settler.Cancel(other.ctx(), other.id, j.ID)
	harness.Must(t, err)
	greedy.balanced()
}

func TestAPlanChangeCountsFromTheNextOperationOn(t *testing.T) {
	harness.OnBothStores(t, aPlanChangeCountsFromTheNextOperationOn)
}

func aPlanChangeCountsFromTheNextOperationOn(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	w.base.ImagesCount, w.base.StorageMB = 2, 1000
	preview := func() error {
		_, _, _, err := w.previewer(w.process(nil), easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
		return err
	}
	harness.Must(t, preview())
	harness.Must(t, preview())
	harness.WantCode(t, preview(), problem.QuotaExceeded)
	w.terms(billing.TermsChange{Plan: tenant.Pro}) // 10
	for range 8 {
		harness.Must(t, preview())
	}
	harness.WantCode(t, preview(), problem.QuotaExceeded)
	w.terms(billing.TermsChange{Plan: tenant.Free}) // nothing used is lost
	refused := harness.WantCode(t, preview(), problem.QuotaExceeded)
	if refused.Members["used"] != 10.0 || refused.Members["limit"] != 2.0 {
		t.Errorf("%v", refused.Members)
	}
	w.terms(billing.TermsChange{Set: map[metering.Metric]float64{metering.ImagesCount: 11}})
	harness.Must(t, preview())
	harness.WantCode(t, preview(), problem.QuotaExceeded)
	w.terms(billing.TermsChange{Set: map[metering.Metric]float64{metering.ImagesCount: -1}})
	harness.Must(t, preview())
	w.terms(billing.TermsChange{Reset: []metering.Metric{metering.ImagesCount}})
	harness.WantCode(t, preview(), problem.QuotaExceeded)
	w.balanced()
}

func (w *world) terms(c billing.TermsChange) billing.Terms {
	w.t.Helper()
	c.TenantID = w.id
	terms, err := billing.ChangeTerms(tenant.Doing(w.t.Context(), tenant.Terms), dynamo.NewTerms(w.process(nil).store), c, time.Now())
	harness.Must(w.t, err)
	return terms
}

// What was decided by the old plan must not be written under the new one.
func TestAPlanThatChangesMeanwhileIsReadAgain(t *testing.T) {
	harness.OnBothStores(t, aPlanThatChangesMeanwhileIsReadAgain)
}

func aPlanThatChangesMeanwhileIsReadAgain(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	held, err := dynamo.NewTerms(p.store).Held(w.ctx(), w.id)
	harness.Must(t, err)
	w.terms(billing.TermsChange{Plan: tenant.Pro})
	image := render.Image{ID: tenant.NewID(), Period: metering.PeriodOf(p.now()), CreatedAt: p.now(), DueAt: p.now()}
	row := metering.Reserve(image.Period, image.ID, 1, metering.Amounts{metering.ImagesCount: 1}, p.now())
	if err := p.images.AdmitImage(w.ctx(), w.id, image, metering.Admission{Tenant: held.Tenant, Row: row}); !errors.Is(err, metering.ErrTenantChanged) {
		t.Fatalf("admitted by a plan that no longer is: %v", err)
	}
	w.balanced()
}

// Plans go up and down under a storm of admissions: none is lost, none refused
// for anything but the quota, and the last plan's limit holds.
func TestPlansChangeAtOnceWithAdmissions(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, plansChangeAtOnceWithAdmissions)
}

func plansChangeAtOnceWithAdmissions(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	w.base.ImagesCount, w.base.StorageMB = 4, 100000
	var all sync.WaitGroup
	var made atomic.Int64
	for range 6 {
		p := w.process(nil)
		all.Go(func() {
			for range 6 {
				_, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
				switch {
				case err == nil:
					made.Add(1)
				case !problem.Is(err, problem.QuotaExceeded) && !problem.Is(err, problem.Unavailable):
					t.Errorf("preview: %v", err)
				}
			}
		})
	}
	all.Go(func() {
		for i := range 10 {
			w.terms(billing.TermsChange{Plan: tenant.Plans()[i%2]})
		}
	})
	all.Wait()
	if c := w.balanced(); c.Used(metering.ImagesCount) != made.Load() || made.Load() > 20 {
		t.Errorf("%d made, %+v", made.Load(), c)
	}
}

func TestTermsThatAreNone(t *testing.T) {
	w := newWorld(t)
	store := dynamo.NewTerms(w.process(nil).store)
	for name, c := range map[string]billing.TermsChange{
		"no plan":       {TenantID: w.id, Plan: "gold"},
		"no metric":     {TenantID: w.id, Set: map[metering.Metric]float64{"minutes": 1}},
		"no amount":     {TenantID: w.id, Set: map[metering.Metric]float64{metering.ImagesCount: -2}},
		"no tenant":     {},
		"no address":    {Email: "nobody"},
		"a past end":    {TenantID: w.id, Plan: tenant.Pro, Until: time.Now().Add(-time.Second)},
		"an end alone":  {TenantID: w.id, Until: time.Now().Add(time.Hour)},
		"no such reset": {TenantID: w.id, Reset: []metering.Metric{"minutes"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := billing.ChangeTerms(w.ctx(), store, c, time.Now())
			harness.WantCode(t, err, problem.InvalidInput)
		})
	}
	_, err := billing.ChangeTerms(w.ctx(), store, billing.TermsChange{TenantID: tenant.ID(tenant.NewID()), Plan: tenant.Pro}, time.Now())
	harness.WantCode(t, err, problem.NotFound)
}

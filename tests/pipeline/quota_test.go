package pipeline

import (
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const psalm = "Yahweh is my shepherd; I shall lack nothing."

// quotaFor sets the quota to exactly n renders of the project.
func (w *world) quotaFor(p parts, projectID string, n float64) {
	w.t.Helper()
	q, err := p.pricer.Quote(w.ctx(), w.id, projectID)
	harness.Must(w.t, err)
	for _, line := range q.Metrics {
		switch line.Metric {
		case metering.ImagesCount:
			w.base.ImagesCount = line.Needed * n
		case metering.TTSSeconds:
			w.base.TTSSeconds = line.Needed * n
		case metering.RenderMinutes:
			// Shown minutes are rounded; the limit is what the rounded ones come to.
			w.base.RenderMinutes = float64(q.DurationMS) * n / 60_000
		}
	}
}

func TestFiftyRendersAtOnceAgainstAQuotaForThree(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, fiftyRendersAtOnceAgainstAQuotaForThree)
}

func fiftyRendersAtOnceAgainstAQuotaForThree(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	made := w.newProject(w.process(nil), psalm)
	w.quotaFor(w.process(nil), made.ID, 3)
	w.slots.PerTenant = 1000

	const callers = 50
	var wg sync.WaitGroup
	var mu sync.Mutex
	var admitted []render.Job
	refused := 0
	for range callers {
		p := w.process(nil)
		wg.Add(1)
		go func() {
			defer wg.Done()
			j, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				admitted = append(admitted, j)
			case problem.Is(err, problem.QuotaExceeded):
				refused++
				full := problem.From(err)
				for _, member := range []string{"metric", "used", "reserved", "requested", "limit", "period_end", "upgrade_url"} {
					if full.Members[member] == nil {
						t.Errorf("the 402 has no %s: %v", member, full.Members)
					}
				}
			default:
				t.Errorf("neither admitted nor 402: %v", err)
			}
		}()
	}
	wg.Wait()
	if len(admitted) != 3 || refused != callers-3 {
		t.Fatalf("%d admitted, %d refused; want 3 and %d", len(admitted), refused, callers-3)
	}
	counter := w.balanced()
	for _, m := range metering.Metrics() {
		if counter.Reserved[m] != 3*admitted[0].Reserved[m] {
			t.Errorf("%s: %d reserved, want three times %d", m, counter.Reserved[m], admitted[0].Reserved[m])
		}
	}

	// Canceled before it made anything, one of them is free again: one more fits, two do not.
	p := w.process(nil)
	if _, err := p.settler.Cancel(w.ctx(), w.id, admitted[0].ID); err != nil {
		t.Fatal(err)
	}
	w.balanced()
	w.render(p, made.ID)
	_, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.QuotaExceeded)
	w.balanced()
}

func TestCancelPaysForWhatIsKeptAndFreesTheRest(t *testing.T) {
	harness.OnBothStores(t, cancelPaysForWhatIsKeptAndFreesTheRest)
}

func cancelPaysForWhatIsKeptAndFreesTheRest(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm, psalm).ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now()))
	w.makeScene(p, j, 1, 3000)
	ended, err := p.settler.Cancel(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	if ended.Status != render.Canceled || ended.Failure.Code != problem.Canceled {
		t.Fatalf("canceled job: %+v", ended)
	}
	counter := w.balanced()
	if counter.Taken[metering.ImagesCount] != 1 || counter.Taken[metering.TTSSeconds] != 3000 || counter.Taken[metering.RenderMinutes] != 0 {
		t.Fatalf("one image and 3 s were kept: %+v", counter)
	}
	for _, m := range metering.Metrics() {
		if counter.Reserved[m] != 0 {
			t.Errorf("%s: %d still reserved", m, counter.Reserved[m])
		}
	}
	// A step of the canceled attempt can change nothing any more.
	err = p.jobs.RecordPart(w.ctx(), w.id, j.ID, 1, render.Part{Kind: render.BodyPart, Scene: 1})
	harness.WantCode(t, err, problem.Canceled)
	if _, err := p.settler.Cancel(w.ctx(), w.id, j.ID); err != nil {
		t.Fatalf("canceling twice: %v", err)
	}
	w.balanced()
}

func TestSettlingTwiceAndAtOnceCountsOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, settlingTwiceAndAtOnceCountsOnce)
}

func settlingTwiceAndAtOnceCountsOnce(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm).ID)
	w.finish(p, j)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var err error
			switch i % 3 {
			case 0, 1:
				_, err = p.settler.Succeed(w.ctx(), w.id, j.ID, 1)
			case 2: // a late failure of the same attempt finds the video made
				_, err = p.settler.Fail(w.ctx(), w.id, j.ID, 1, render.Failure{Code: problem.Internal})
			}
			if err != nil {
				t.Errorf("settle: %v", err)
			}
		}()
	}
	wg.Wait()
	counter := w.balanced()
	want := metering.Amounts{metering.ImagesCount: 2, metering.TTSSeconds: 8000, metering.RenderMinutes: 9000, metering.StorageMB: 1_000_000}
	if !counter.Taken.Minus(want).Zero() {
		t.Fatalf("taken %v, want %v", counter.Taken, want)
	}
	ended, err := p.jobs.Job(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	if ended.Status != render.Succeeded {
		t.Fatalf("status %s", ended.Status)
	}
}

func TestRetryPaysOnlyForWhatIsMissing(t *testing.T) {
	harness.OnBothStores(t, retryPaysOnlyForWhatIsMissing)
}

func retryPaysOnlyForWhatIsMissing(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm).ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now()))
	w.makeScene(p, j, 1, 3000)
	_, err := p.settler.Fail(w.ctx(), w.id, j.ID, 1, render.Failure{Code: problem.ImageTimeout, Detail: "slow"})
	harness.Must(t, err)
	again, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.Must(t, err)
	if again.Attempt != 2 || again.Reserved[metering.ImagesCount] != 1 {
		t.Fatalf("second attempt: %+v", again)
	}
	if again.Reserved[metering.TTSSeconds] >= j.Reserved[metering.TTSSeconds] {
		t.Errorf("the first scene's narration is reserved again: %v", again.Reserved)
	}
	_, _, err = p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.JobNotRetryable)
	// Nor can a retry that had read the job before: the second attempt is taken.
	again.Period = metering.PeriodOf(p.now())
	row := metering.Reserve(again.Period, j.ID, 2, again.Reserved, p.now().Add(time.Millisecond))
	err = dynamo.NewAdmissions(p.store).ReadmitJob(w.ctx(), w.id, again, render.Source{}, metering.Admission{
		Tenant: tenant.Tenant{ID: w.id, Plan: tenant.Free}, Row: row, Job: &metering.Slot{PerTenant: 9, Overall: 9},
	})
	harness.WantCode(t, err, problem.Conflict)
	w.balanced()
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 2, p.now(), p.now()))
	again.Scenes = 2
	w.makeScene(p, again, 2, 4000)
	harness.Must(t, p.jobs.RecordVideo(w.ctx(), w.id, j.ID, 2, render.Video{DurationMS: 9000}))
	// What the first attempt's execution still does is void.
	harness.WantCode(t, p.jobs.RecordVideo(w.ctx(), w.id, j.ID, 1, render.Video{}), problem.Canceled)
	_, err = p.settler.Succeed(w.ctx(), w.id, j.ID, 2)
	harness.Must(t, err)
	counter := w.balanced()
	want := metering.Amounts{metering.ImagesCount: 2, metering.TTSSeconds: 7000, metering.RenderMinutes: 9000}
	if !counter.Taken.Minus(want).Zero() || !counter.Reserved.Plus(nil).Zero() {
		t.Fatalf("counter %+v, want taken %v", counter, want)
	}
}

func TestSettlementStaysInTheReservationsMonth(t *testing.T) {
	harness.OnBothStores(t, settlementStaysInTheReservationsMonth)
}

func settlementStaysInTheReservationsMonth(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	w.clock.Set(time.Date(2026, 11, 30, 23, 59, 50, 0, time.UTC))
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	w.clock.Forward(time.Minute) // December
	w.finish(p, j)
	_, err := p.settler.Succeed(w.ctx(), w.id, j.ID, 1)
	harness.Must(t, err)
	november, december := w.balancedIn("2026-11"), w.balancedIn("2026-12")
	if november.Taken[metering.RenderMinutes] != 9000 || november.Reserved[metering.RenderMinutes] != 0 {
		t.Errorf("November: %+v", november)
	}
	december.Taken[metering.StorageMB] -= 1_000_000 // stored is stored, whichever month it is
	if !december.Taken.Zero() {
		t.Errorf("December: %+v", december)
	}
}

func TestTooManyJobs(t *testing.T) {
	harness.OnBothStores(t, tooManyJobs)
}

func tooManyJobs(t *testing.T, db harness.Database) {
	w := newWorldOn(t, db)
	w.slots.PerTenant = 2
	p := w.process(nil)
	made := w.newProject(p, psalm)
	first := w.render(p, made.ID)
	w.render(p, made.ID)
	_, _, err := p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
	if refused := harness.WantCode(t, err, problem.TooManyJobs); refused.RetryAfter <= 0 {
		t.Errorf("no Retry-After")
	}
	w.balanced()
	_, err = p.settler.Cancel(w.ctx(), w.id, first.ID)
	harness.Must(t, err)
	w.render(p, made.ID)
	w.balanced()
}

func TestWhatCannotBeRendered(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	long := ""
	for len(long) < 900 {
		long += psalm + " "
	}
	many := make([]string, 20)
	for i := range many {
		many[i] = long
	}
	uhd := render.UHD
	big := w.newProject(p, psalm)
	big, err := p.projects.Update(w.ctx(), w.id, big.ID, 1, project.Draft{Resolution: &uhd})
	harness.Must(t, err)
	twelve := w.newProject(p, many[:10]...) // minutes or so
	cases := []struct {
		name, project string
		code          problem.Code
	}{
		{"no scenes", w.newProject(p).ID, problem.ProjectNotReady},
		{"a scene without text", w.newProject(p, psalm, "").ID, problem.ProjectNotReady},
		{"longer than 15 minutes", w.newProject(p, many...).ID, problem.VideoTooLong},
		{"4k on the free plan", big.ID, problem.FeatureNotInPlan},
		{"absent", tenant.NewID(), problem.NotFound},
		{"no id", "../TENANT", problem.NotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := p.pricer.Quote(w.ctx(), w.id, c.project)
			harness.WantCode(t, err, c.code)
			_, _, err = p.admitter.Render(w.ctx(), w.id, c.project, idempotency.Claim{})
			harness.WantCode(t, err, c.code)
		})
	}
	if c := w.balanced(); !c.Taken.Plus(nil).Zero() || len(w.flow.all()) != 0 {
		t.Errorf("something was taken or started: %+v %v", c, w.flow.all())
	}
	w.addTenant(w.id, tenant.Pro)
	w.render(p, big.ID)
	if q, err := p.pricer.Quote(w.ctx(), w.id, twelve.ID); err != nil || q.DurationMS < 11*60_000 {
		t.Fatalf("at 1080p: %+v, %v", q, err)
	}
	_, err = p.projects.Update(w.ctx(), w.id, twelve.ID, 1, project.Draft{Resolution: &uhd})
	harness.Must(t, err)
	_, err = p.pricer.Quote(w.ctx(), w.id, twelve.ID)
	harness.WantCode(t, err, problem.VideoTooLong)
}

func TestForeignIdsReadLikeAbsentOnes(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	made := w.newProject(p, psalm)
	j := w.render(p, made.ID)
	other := tenant.ID(tenant.NewID())
	w.addTenant(other, tenant.Free)
	ctx := tenant.WithTenant(w.ctx(), other)
	same := func(what string, foreign, absent error) {
		t.Helper()
		a, b := problem.From(foreign), problem.From(absent)
		if a.Code != problem.NotFound || a.Code != b.Code || a.Detail != b.Detail {
			t.Errorf("%s: foreign %v, absent %v", what, foreign, absent)
		}
	}
	none := tenant.NewID()
	library := render.NewLibrary(p.jobs, p.files, p.now)
	for what, call := range map[string]func(string, string) error{
		"project": func(project, _ string) error { _, err := p.projects.Get(ctx, other, project); return err },
		"delete":  func(project, _ string) error { return p.drafts.Delete(ctx, other, project) },
		"update": func(id, _ string) error {
			_, err := p.projects.Update(ctx, other, id, 1, project.Draft{})
			return err
		},
		"quote": func(project, _ string) error { _, err := p.pricer.Quote(ctx, other, project); return err },
		"render": func(project, _ string) error {
			_, _, err := p.admitter.Render(ctx, other, project, idempotency.Claim{})
			return err
		},
		"job":    func(_, job string) error { _, err := library.Get(ctx, other, job); return err },
		"cancel": func(_, job string) error { _, err := p.settler.Cancel(ctx, other, job); return err },
		"retry": func(_, job string) error {
			_, _, err := p.admitter.Retry(ctx, other, job, idempotency.Claim{})
			return err
		},
		"video": func(_, job string) error { return library.DeleteVideo(ctx, other, job) },
	} {
		same(what, call(made.ID, j.ID), call(none, none))
	}
	// Not even with the owner's id in hand: the context opens one tenant only.
	if _, err := p.projects.Get(ctx, w.id, made.ID); err == nil {
		t.Error("a foreign partition was read")
	}
	w.balanced()
}

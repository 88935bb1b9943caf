package storecontract

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func (s *subject) admitsToTheLimit() {
	limits := metering.Limits{metering.TTSSeconds: 1000}
	_, err := s.take(metering.Amounts{metering.TTSSeconds: 600}, limits)
	s.must(err)
	_, err = s.take(metering.Amounts{metering.TTSSeconds: 401}, limits)
	if c := s.full(err); c.Taken[metering.TTSSeconds] != 600 || c.Reserved[metering.TTSSeconds] != 600 {
		s.t.Errorf("the refusal says %+v", c)
	}
	_, err = s.take(metering.Amounts{metering.TTSSeconds: 400}, limits)
	s.must(err)
	_, err = s.take(metering.Amounts{metering.TTSSeconds: 1}, limits)
	s.full(err)
	_, err = s.take(metering.Amounts{metering.TTSSeconds: 1 << 40}, nil)
	s.must(err)
}

func (s *subject) admitsExactlyAtOnce() {
	var admitted atomic.Int64
	limits := metering.Limits{metering.UploadsCount: 7, metering.StorageMB: 70}
	atOnce(40, func() {
		_, err := s.take(metering.Amounts{metering.UploadsCount: 1, metering.StorageMB: 10}, limits)
		count(&admitted, err)
	})
	if c := s.counter(); admitted.Load() != 7 || c.Taken[metering.UploadsCount] != 7 || c.Taken[metering.StorageMB] != 70 {
		s.t.Errorf("%d admitted of 7: %+v", admitted.Load(), c)
	}
}

func (s *subject) allOrNothing() {
	limits := metering.Limits{metering.ImagesCount: 1, metering.RenderMinutes: 10}
	_, err := s.take(metering.Amounts{metering.ImagesCount: 1, metering.RenderMinutes: 11}, limits)
	s.full(err)
	if c := s.counter(); !c.Taken.Zero() || !c.Reserved.Zero() {
		s.t.Errorf("a refusal took %+v", c)
	}
}

func (s *subject) holdsTheLevel() {
	limits := metering.Limits{metering.StorageMB: 100}
	i, err := s.take(metering.Amounts{metering.StorageMB: 60}, limits)
	s.must(err)
	_, err = s.take(metering.Amounts{metering.StorageMB: 60}, limits)
	s.full(err)
	i.Stored = 30
	row := metering.Settle(month, i.ID, 1, i.Reserved, metering.Amounts{metering.StorageMB: 30}, s.now)
	s.must(s.Images.SettleImage(s.ctx(), s.id, i, row))
	_, err = s.take(metering.Amounts{metering.StorageMB: 70}, limits)
	s.must(err)
	if _, next, err := s.Meters.Month(s.ctx(), s.id, "2097-04"); err != nil || next.Taken[metering.StorageMB] != 100 || next.Grown != 0 {
		s.t.Errorf("the next month begins with %+v (%v)", next, err)
	}
}

func (s *subject) repeatsAnAdmission() {
	i := s.image()
	a := s.admission(metering.Reserve(month, i.ID, 1, i.Reserved, s.now), metering.Limits{metering.ImagesCount: 1})
	for range 3 {
		s.must(s.Images.AdmitImage(s.ctx(), s.id, i, a))
	}
	if c := s.counter(); c.Taken[metering.ImagesCount] != 1 {
		s.t.Errorf("three times the same: %+v", c)
	}
}

func (s *subject) holdsTerms() {
	before := s.owner()
	if _, err := billing.ChangeTerms(s.ctx(), s.Terms, billing.TermsChange{TenantID: s.id, Plan: tenant.Pro, Set: map[metering.Metric]float64{metering.ImagesCount: 3}}, s.now); err != nil {
		s.t.Fatal(err)
	}
	i := s.image()
	row := metering.Reserve(month, i.ID, 1, i.Reserved, s.now)
	s.is(s.Images.AdmitImage(s.ctx(), s.id, i, metering.Admission{Tenant: before, Row: row}), metering.ErrTenantChanged)
	s.must(s.Images.AdmitImage(s.ctx(), s.id, i, s.admission(row, nil)))
	stale := before
	stale.Revision++
	s.is(s.Terms.ReplaceTerms(s.ctx(), billing.Held{Tenant: before}, stale, billing.Grant{}, audit.New(s.now, audit.TermsChanged, audit.Operator, "", "")), billing.ErrChanged)
	if now := s.owner(); now.Plan != tenant.Pro || now.Overrides["images_count"] != 3 {
		s.t.Errorf("%+v", now)
	}
}

func (s *subject) holdsSlots() {
	taken, err := s.Meters.OpenSlots(s.ctx())
	s.must(err)
	one := metering.Slot{PerTenant: 2, Overall: int(taken) + 2}
	first, err := s.job(one)
	s.must(err)
	_, err = s.job(one)
	s.must(err)
	_, err = s.job(metering.Slot{PerTenant: 2, Overall: 1 << 30})
	s.is(err, metering.ErrTooManyJobs)
	_, err = s.job(metering.Slot{PerTenant: 9, Overall: int(taken) + 2})
	s.is(err, metering.ErrNoSlot)
	s.must(s.Jobs.SettleJob(s.ctx(), s.id, s.settlement(s.read(first.ID), render.Canceled)))
	if now, err := s.Meters.OpenSlots(s.ctx()); err != nil || now != taken+1 || s.counter().ActiveJobs != 1 {
		s.t.Errorf("%d places, %d jobs (%v)", now-taken, s.counter().ActiveJobs, err)
	}
	_, err = s.job(one)
	s.must(err)
}

func (s *subject) claimsAKey() {
	i, other := s.image(), s.image()
	claim := idempotency.NewClaim("user", "key", "POST", "/images", []byte("a"))
	admit := func(i render.Image, at time.Time) error {
		a := s.admission(metering.Reserve(month, i.ID, 1, i.Reserved, at), nil)
		a.Claim = claim
		i.Claim = claim.Key
		return s.Images.AdmitImage(s.ctx(), s.id, i, a)
	}
	s.must(admit(i, s.now))
	s.is(admit(other, s.now), idempotency.ErrClaimed)
	if subject, err := s.Claims.Claimed(s.ctx(), s.id, claim, s.now); err != nil || subject != i.ID {
		s.t.Errorf("claimed by %q (%v)", subject, err)
	}
	_, err := s.Claims.Claimed(s.ctx(), s.id, idempotency.NewClaim("user", "key", "POST", "/images", []byte("b")), s.now)
	s.coded(err, problem.IdempotencyKeyReused)
	later := s.now.Add(idempotency.Life + time.Minute)
	if subject, err := s.Claims.Claimed(s.ctx(), s.id, claim, later); err != nil || subject != "" {
		s.t.Errorf("after its life, claimed by %q (%v)", subject, err)
	}
	s.must(admit(other, later))
}

func (s *subject) settlesOnce() {
	j := s.started()
	s.must(s.Jobs.RecordVideo(s.ctx(), s.id, j.ID, 1, render.Video{DurationMS: 8000, Stored: 400}))
	st := s.settlement(s.read(j.ID), render.Succeeded)
	var settled atomic.Int64
	atOnce(8, func() { count(&settled, s.Jobs.SettleJob(s.ctx(), s.id, st)) })
	c := s.counter()
	if settled.Load() != 1 || c.Taken[metering.RenderMinutes] != 8000 || c.Taken[metering.StorageMB] != 400 || !c.Reserved.Zero() || c.ActiveJobs != 0 {
		s.t.Errorf("%d settled: %+v", settled.Load(), c)
	}
	if now := s.read(j.ID); now.Status != render.Succeeded || now.Stored != 400 || !now.DueAt.IsZero() {
		s.t.Errorf("%+v", now)
	}
}

func (s *subject) settlesInItsOwnMonth() {
	j := s.started()
	s.now = s.now.AddDate(0, 1, 0)
	s.must(s.Jobs.SettleJob(s.ctx(), s.id, s.settlement(s.read(j.ID), render.Failed)))
	c := s.counter()
	if c.Taken[metering.ImagesCount] != 1 || c.Taken[metering.RenderMinutes] != 0 || !c.Reserved.Zero() {
		s.t.Errorf("the reservation's month: %+v", c)
	}
}

func (s *subject) refusesASettlementOutdone() {
	j := s.started()
	st := s.settlement(j, render.Failed)
	s.must(s.Jobs.RecordPart(s.ctx(), s.id, j.ID, 1, render.Part{Kind: render.VoicePart, Scene: 1, Object: "y", Made: metering.Amounts{metering.TTSSeconds: 3000}}))
	s.is(s.Jobs.SettleJob(s.ctx(), s.id, st), metering.ErrChanged)
	s.must(s.Jobs.SettleJob(s.ctx(), s.id, s.settlement(s.read(j.ID), render.Failed)))
	if c := s.counter(); c.Taken[metering.TTSSeconds] != 3000 {
		s.t.Errorf("%+v", c)
	}
}

func (s *subject) readmitsOnce() {
	ended := s.settled(render.Failed)
	read, b, err := s.Admissions.RetryBasis(s.ctx(), s.id, ended.ID, month)
	s.must(err)
	next := read
	next.Status, next.Attempt, next.Reserved = render.Queued, 2, metering.Amounts{metering.RenderMinutes: 9000}
	next.AdmittedAt = s.now.Add(time.Hour).Truncate(time.Millisecond).UTC()
	next.Warnings, b.Source.Title = append(next.Warnings, render.Warning{Code: render.WarnLeftOut, Scene: 1, Message: "left out"}), "As the retry renders it"
	var admitted atomic.Int64
	atOnce(6, func() {
		a := metering.Admission{Tenant: b.Tenant, Row: metering.Reserve(month, next.ID, 2, next.Reserved, s.now.Add(time.Duration(admitted.Add(1000))*time.Millisecond)), Job: &metering.Slot{PerTenant: 9, Overall: 1 << 30}}
		count(&admitted, s.Admissions.ReadmitJob(s.ctx(), s.id, next, b.Source, a))
	})
	now := s.read(ended.ID)
	if admitted.Load()%1000 != 1 || now.Attempt != 2 || now.Status != render.Queued || now.Charged[metering.ImagesCount] != 1 || now.Unpaid[metering.TTSSeconds] != 5 {
		s.t.Errorf("%d admitted: %+v", admitted.Load()%1000, now)
	}
	if !now.AdmittedAt.Equal(next.AdmittedAt) {
		s.t.Errorf("the retry was asked for at %s, not %s", now.AdmittedAt, next.AdmittedAt)
	}
	if _, done := now.Part(1, render.ImagePart); !done {
		s.t.Error("the retry lost a part")
	}
	source, err := s.Jobs.Source(s.ctx(), s.id, ended.ID)
	s.must(err)
	if source.Title != b.Source.Title || !slices.Equal(now.Warnings, next.Warnings) {
		s.t.Errorf("the retry renders %+v, and warns of %+v", source, now.Warnings)
	}
}

// replacesParts: what is recorded stays, but for what render.Part.Replaces says.
func (s *subject) replacesParts() {
	painted, upload, preview := "jobs/1/image", render.UploadObject("u"), render.ImageObject("p", ".png")
	for _, c := range []struct {
		kind        render.PartKind
		first, then string
		replaced    bool
	}{
		{render.ImagePart, upload, painted, true}, {render.ImagePart, preview, painted, true}, {render.ImagePart, painted, upload, false},
		{render.ImagePart, painted, "jobs/1/sketch", false}, {render.ImagePart, preview, upload, true}, {render.ImagePart, upload, preview, true}, {render.ImagePart, upload, render.UploadObject("v"), true},
		{render.VoicePart, "voice-1", "voice-2", false}, {render.BodyPart, "body-1", "body-2", true}, {render.FadePart, "fade-1", "fade-2", true},
	} {
		j, err := s.job(plenty())
		s.must(err)
		s.must(s.Jobs.BeginJob(s.ctx(), s.id, j.ID, 1, s.now, s.now.Add(time.Minute)))
		want := c.first
		for _, object := range []string{c.first, c.then, c.then} {
			s.must(s.Jobs.RecordPart(s.ctx(), s.id, j.ID, 1, render.Part{Kind: c.kind, Scene: 1, Object: object, Frames: len(object)}))
		}
		if c.replaced {
			want = c.then
		}
		now := s.read(j.ID)
		if got, _ := now.Part(1, c.kind); got.Object != want || got.Frames != len(want) {
			s.t.Errorf("%s: %s, then %s: recorded is %+v", c.kind, c.first, c.then, got)
		}
		if changes := map[bool]int64{true: 2, false: 1}[c.replaced]; now.Revision != changes {
			s.t.Errorf("%s: %s, then %s: %d changes", c.kind, c.first, c.then, now.Revision)
		}
	}
}

func (s *subject) endsAttempts() {
	j := s.settled(render.Canceled)
	s.coded(s.Jobs.BeginJob(s.ctx(), s.id, j.ID, 1, s.now, s.now), problem.Canceled)
	s.coded(s.Jobs.Beat(s.ctx(), s.id, j.ID, 1, "", 0, s.now), problem.Canceled)
	s.coded(s.Jobs.RecordPart(s.ctx(), s.id, j.ID, 1, render.Part{Kind: render.VoicePart, Scene: 1}), problem.Canceled)
	s.coded(s.Jobs.RecordVideo(s.ctx(), s.id, j.ID, 1, render.Video{}), problem.Canceled)
	s.is(s.Jobs.Postpone(s.ctx(), j.Run(s.id), s.now), metering.ErrChanged)
	s.is(s.Jobs.Replace(s.ctx(), j.Run(s.id), s.now), metering.ErrChanged)
}

func (s *subject) givesBackOnce() {
	running := s.started()
	_, err := s.Jobs.ForgetVideo(s.ctx(), s.id, running.ID, s.now)
	s.coded(err, problem.JobStillRunning)
	done := s.settled(render.Succeeded)
	marked, err := s.Jobs.ForgetVideo(s.ctx(), s.id, done.ID, s.now)
	s.must(err)
	if !marked.Deleted || marked.Stored != 400 {
		s.t.Errorf("%+v", marked)
	}
	var released atomic.Int64
	atOnce(6, func() {
		count(&released, s.Jobs.ReleaseVideo(s.ctx(), s.id, marked, metering.Release(marked.ID, marked.Stored, s.now), time.Time{}))
	})
	if c := s.counter(); released.Load() != 1 || c.Used(metering.StorageMB) != 0 {
		s.t.Errorf("%d released: %+v", released.Load(), c)
	}
	_, err = s.Jobs.ForgetVideo(s.ctx(), s.id, done.ID, s.now)
	s.must(err)
	s.is(s.Jobs.ReleaseVideo(s.ctx(), s.id, marked, metering.Release(marked.ID, marked.Stored, s.now.AddDate(0, 1, 0)), time.Time{}), metering.ErrChanged)
}

func (s *subject) settlesPreviews() {
	i, err := s.take(metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 100}, nil)
	s.must(err)
	i.Stored = 70
	row := metering.Settle(month, i.ID, 1, i.Reserved, metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 70}, s.now)
	s.must(s.Images.SettleImage(s.ctx(), s.id, i, row))
	s.is(s.Images.SettleImage(s.ctx(), s.id, i, row), metering.ErrChanged)
	if found, err := s.Images.Image(s.ctx(), s.id, i.ID); err != nil || !found.Settled || found.Stored != 70 {
		s.t.Errorf("%+v (%v)", found, err)
	}
	failed, err := s.take(metering.Amounts{metering.ImagesCount: 1}, nil)
	s.must(err)
	failed.Failed = true
	s.must(s.Images.SettleImage(s.ctx(), s.id, failed, metering.Settle(month, failed.ID, 1, failed.Reserved, nil, s.now)))
	_, err = s.Images.Image(s.ctx(), s.id, failed.ID)
	s.coded(err, problem.NotFound)
}

func (s *subject) deletesPreviews() {
	i, err := s.take(metering.Amounts{metering.StorageMB: 100}, nil)
	s.must(err)
	_, err = s.Images.ForgetImage(s.ctx(), s.id, i.ID, s.now)
	s.coded(err, problem.Conflict)
	i.Stored = 100
	s.must(s.Images.SettleImage(s.ctx(), s.id, i, metering.Settle(month, i.ID, 1, i.Reserved, i.Reserved, s.now)))
	marked, err := s.Images.ForgetImage(s.ctx(), s.id, i.ID, s.now)
	s.must(err)
	_, err = s.Images.Image(s.ctx(), s.id, i.ID)
	s.coded(err, problem.NotFound)
	row := metering.Release(i.ID, marked.Stored, s.now)
	s.must(s.Images.ReleaseImage(s.ctx(), s.id, marked, row))
	s.is(s.Images.ReleaseImage(s.ctx(), s.id, marked, row), metering.ErrChanged)
	_, err = s.Images.OpenImage(s.ctx(), s.id, i.ID)
	s.coded(err, problem.NotFound)
}

func (s *subject) pagesPreviews() {
	want := map[string]bool{}
	for range 5 {
		i, err := s.take(metering.Amounts{metering.ImagesCount: 1}, nil)
		s.must(err)
		want[i.ID] = true
	}
	before := ""
	for after := ""; ; {
		page, next, err := s.Images.Images(s.ctx(), s.id, 2, after)
		s.must(err)
		for _, i := range page {
			if before != "" && i.ID >= before || !want[i.ID] || i.Settled {
				s.t.Errorf("%+v after %s", i, before)
			}
			delete(want, i.ID)
			before = i.ID
		}
		if after = next; next == "" {
			break
		}
	}
	if len(want) != 0 {
		s.t.Errorf("%d previews are on no page", len(want))
	}
}

// previewsForADraft: one for a draft that is not there takes nothing.
func (s *subject) previewsForADraft() {
	made := func(projectID string) (render.Image, error) {
		i := s.image()
		i.ProjectID = projectID
		return i, s.Images.AdmitImage(s.ctx(), s.id, i, s.admission(metering.Reserve(month, i.ID, 1, i.Reserved, s.now), nil))
	}
	i, err := made(s.project)
	s.must(err)
	if found, err := s.Images.OpenImage(s.ctx(), s.id, i.ID); err != nil || found.ProjectID != s.project {
		s.t.Errorf("%+v (%v)", found, err)
	}
	_, err = made(tenant.NewID())
	s.coded(err, problem.InvalidInput)
	if c := s.counter(); c.Taken[metering.ImagesCount] != 1 {
		s.t.Errorf("%+v", c)
	}
}

func (s *subject) listsOpenWork() {
	queued, err := s.job(plenty())
	s.must(err)
	i, err := s.take(metering.Amounts{metering.ImagesCount: 1}, nil)
	s.must(err)
	listed := func(kind openwork.Kind, id string, now time.Time) bool {
		cursor := ""
		for {
			page, next, err := s.Index.Overdue(tenant.WithSweep(s.t.Context()), kind, now, cursor)
			s.must(err)
			for _, work := range page {
				if work.Tenant == s.id && work.ID == id {
					return true
				}
			}
			if next == "" {
				return false
			}
			cursor = next
		}
	}
	late := s.now.Add(time.Hour)
	if listed(openwork.Render, queued.ID, s.now) || !listed(openwork.Render, queued.ID, late) || !listed(openwork.Image, i.ID, late) || listed(openwork.Image, queued.ID, late) {
		s.t.Error("open work is not listed as it is due")
	}
	st := s.settlement(s.read(queued.ID), render.Failed)
	st.Again = s.now.Add(time.Minute)
	s.must(s.Jobs.SettleJob(s.ctx(), s.id, st))
	if listed(openwork.Render, queued.ID, late) || !listed(openwork.Leftovers, queued.ID, late) {
		s.t.Error("an ended job is listed among the renders, or not among the leftovers")
	}
	s.must(s.Jobs.Closed(s.ctx(), s.id, s.read(queued.ID)))
	if listed(openwork.Leftovers, queued.ID, late) {
		s.t.Error("a closed job is listed")
	}
}

func (s *subject) pagesJobs() {
	var ids []string
	for range 5 {
		j, err := s.job(plenty())
		s.must(err)
		ids = append([]string{j.ID}, ids...)
	}
	var found []string
	for after := ""; ; {
		page, next, err := s.Jobs.Jobs(s.ctx(), s.id, 2, after)
		s.must(err)
		for _, j := range page {
			found = append(found, j.ID)
		}
		if after = next; next == "" {
			break
		}
	}
	if len(found) != 5 || found[0] != ids[0] || found[4] != ids[4] {
		s.t.Errorf("%v, want %v", found, ids)
	}
}

func (s *subject) knowsNobodyElse() {
	j := s.started()
	other, _ := s.Add(s.t)
	ctx := tenant.WithTenant(s.ctx(), other)
	_, err := s.Jobs.Job(ctx, other, j.ID)
	s.coded(err, problem.NotFound)
	_, err = s.Admissions.Basis(ctx, other, s.project, month)
	s.coded(err, problem.NotFound)
	_, err = s.Jobs.ForgetVideo(ctx, other, j.ID, s.now)
	s.coded(err, problem.NotFound)
	_, err = s.Images.ForgetImage(ctx, other, tenant.NewID(), s.now)
	s.coded(err, problem.NotFound)
	if c := s.counter(); c.ActiveJobs != 1 {
		s.t.Errorf("%+v", c)
	}
}

package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Job implements render.JobStore.
func (s *Store) Job(_ context.Context, id tenant.ID, jobID string) (j render.Job, err error) {
	err = s.read(id, func(t *state) error {
		stored, ok := t.jobs[jobID]
		if !ok {
			return noSuchJob()
		}
		j = cloneJob(stored.Job)
		j.DueAt = t.open[jobID].due
		return nil
	})
	return j, err
}

// Jobs implements render.JobStore.
func (s *Store) Jobs(_ context.Context, id tenant.ID, limit int, after string) (page []render.Job, next string, err error) {
	err = s.read(id, func(t *state) error {
		var ids []string
		for jobID := range t.jobs {
			if after == "" || jobID < after {
				ids = append(ids, jobID)
			}
		}
		slices.Sort(ids)
		slices.Reverse(ids)
		for _, jobID := range ids[:min(limit, len(ids))] {
			page = append(page, cloneJob(t.jobs[jobID].Job))
		}
		if len(ids) > limit {
			next = page[limit-1].ID
		}
		return nil
	})
	return page, next, err
}

// Source implements render.JobStore.
func (s *Store) Source(_ context.Context, id tenant.ID, jobID string) (source render.Source, err error) {
	err = s.read(id, func(t *state) error {
		stored, ok := t.jobs[jobID]
		if !ok {
			return noSuchJob()
		}
		source = stored.source
		return nil
	})
	return source, err
}

// BeginJob implements render.JobStore.
func (s *Store) BeginJob(_ context.Context, id tenant.ID, jobID string, attempt int, now, due time.Time) error {
	return s.write(id, func(t *state) error {
		j, ok := t.jobs[jobID]
		if !ok || j.Attempt != attempt || j.Status.Ended() {
			return render.Over()
		}
		j.Status = render.Running
		if j.StartedAt.IsZero() {
			j.StartedAt = now
		}
		t.open[jobID] = entry{openwork.Render, due}
		return nil
	})
}

// running changes a job whose attempt is running.
func (s *Store) running(id tenant.ID, jobID string, attempt int, do func(*state, *job)) error {
	return s.write(id, func(t *state) error {
		j, ok := t.jobs[jobID]
		if !ok || j.Attempt != attempt || j.Status != render.Running {
			return render.Over()
		}
		do(t, j)
		return nil
	})
}

// Beat implements render.JobStore.
func (s *Store) Beat(_ context.Context, id tenant.ID, jobID string, attempt int, part string, frames int, due time.Time) error {
	return s.running(id, jobID, attempt, func(t *state, j *job) {
		t.open[jobID] = entry{openwork.Render, due}
		if part != "" {
			j.Live[part] = frames
		}
	})
}

// RecordPart implements render.JobStore.
func (s *Store) RecordPart(_ context.Context, id tenant.ID, jobID string, attempt int, p render.Part) error {
	return s.running(id, jobID, attempt, func(_ *state, j *job) {
		if old, there := j.Parts[p.Scene][p.Kind]; there && !p.Replaces(old) {
			return
		}
		if j.Parts[p.Scene] == nil {
			j.Parts[p.Scene] = map[render.PartKind]render.Part{}
		}
		j.Parts[p.Scene][p.Kind] = p
		j.Revision++
	})
}

// RecordVideo implements render.JobStore.
func (s *Store) RecordVideo(_ context.Context, id tenant.ID, jobID string, attempt int, v render.Video) error {
	return s.running(id, jobID, attempt, func(_ *state, j *job) {
		j.Video = &v
		j.Revision++
	})
}

// RecordWarning implements render.JobStore.
func (s *Store) RecordWarning(_ context.Context, id tenant.ID, jobID string, attempt int, w render.Warning) error {
	return s.running(id, jobID, attempt, func(_ *state, j *job) {
		if !slices.ContainsFunc(j.Warnings, func(o render.Warning) bool { return o.Code == w.Code && o.Scene == w.Scene }) {
			j.Warnings = append(j.Warnings, w)
		}
	})
}

// RecordTrouble implements render.JobStore.
func (s *Store) RecordTrouble(_ context.Context, id tenant.ID, jobID string, attempt int, f render.Failure) error {
	return s.running(id, jobID, attempt, func(_ *state, j *job) { j.Failure = &f })
}

// SettleJob implements render.JobStore.
func (s *Store) SettleJob(_ context.Context, id tenant.ID, st render.Settlement) error {
	return s.write(id, func(t *state) error {
		j, ok := t.jobs[st.Job.ID]
		again := s.Bug == "settled-twice" && ok && j.Status.Ended() && j.Attempt == st.Job.Attempt
		if !again && (!ok || t.has(st.Row) || j.Attempt != st.Job.Attempt || j.Revision != st.Job.Revision || j.Status.Ended()) {
			return metering.ErrChanged
		}
		s.add(t, st.Row)
		if s.Bug == "settled-twice" { // as if the ledger's key did not hold
			m := t.month(st.Row.Period)
			m.Taken = m.Taken.Plus(st.Row.Taken)
		}
		j.Status, j.Charged, j.Unpaid, j.FinishedAt, j.Failure, j.Live = st.Status, st.Charged, st.Unpaid, st.At, st.Failure, map[string]int{}
		j.Stored = st.Charged[metering.StorageMB]
		delete(t.open, j.ID)
		if !st.Again.IsZero() {
			t.open[j.ID] = entry{openwork.Leftovers, st.Again}
		}
		if s.Bug != "job-stays-active" || st.Status != render.Canceled {
			t.level.ActiveJobs--
		}
		if s.Bug != "slot-not-given-back" || st.Status != render.Failed {
			s.slots--
		}
		return nil
	})
}

// asRead changes an unfinished job whose execution is still the one that was read.
func (s *Store) asRead(was workflow.Run, due time.Time, do func(*job)) error {
	return s.write(was.TenantID, func(t *state) error {
		j, ok := t.jobs[was.JobID]
		if !ok || j.Attempt != was.Attempt || j.Restarts != was.Restarts || j.Status.Ended() {
			return metering.ErrChanged
		}
		do(j)
		t.open[was.JobID] = entry{openwork.Render, due}
		return nil
	})
}

// Replace implements render.JobStore.
func (s *Store) Replace(_ context.Context, r workflow.Run, due time.Time) error {
	return s.asRead(r, due, func(j *job) { j.Restarts++ })
}

// Postpone implements render.JobStore.
func (s *Store) Postpone(_ context.Context, r workflow.Run, due time.Time) error {
	return s.asRead(r, due, func(*job) {})
}

// ForgetVideo implements render.JobStore.
func (s *Store) ForgetVideo(_ context.Context, id tenant.ID, jobID string, due time.Time) (found render.Job, err error) {
	err = s.write(id, func(t *state) error {
		j, ok := t.jobs[jobID]
		switch {
		case !ok:
			return noSuchJob()
		case !j.Status.Ended():
			return problem.New(problem.JobStillRunning, "The job is still running. Cancel it first, or wait.")
		case !j.released:
			j.Deleted = true
			t.open[jobID] = entry{openwork.VideoDeletion, due}
		}
		found = cloneJob(j.Job)
		return nil
	})
	return found, err
}

// ReleaseVideo implements render.JobStore.
func (s *Store) ReleaseVideo(_ context.Context, id tenant.ID, was render.Job, row metering.Row, again time.Time) error {
	return s.write(id, func(t *state) error {
		j, ok := t.jobs[was.ID]
		if !ok || !j.Deleted || j.released && s.Bug != "given-back-twice" || j.Stored != was.Stored {
			return metering.ErrChanged
		}
		if !row.Taken.Zero() {
			s.add(t, row)
		}
		j.released = true
		delete(t.open, was.ID)
		if !again.IsZero() {
			t.open[was.ID] = entry{openwork.Leftovers, again}
		}
		return nil
	})
}

// Closed implements render.JobStore.
func (s *Store) Closed(_ context.Context, id tenant.ID, was render.Job) error {
	return s.write(id, func(t *state) error {
		e, ok := t.open[was.ID]
		j := t.jobs[was.ID]
		if !ok || j == nil || e.kind != openwork.Leftovers || !e.due.Equal(was.DueAt) || j.Attempt != was.Attempt {
			return metering.ErrChanged
		}
		delete(t.open, was.ID)
		return nil
	})
}

// Overdue implements openwork.Index, in one page.
func (s *Store) Overdue(_ context.Context, kind openwork.Kind, now time.Time, _ string) ([]openwork.Entry, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []openwork.Entry
	for id, t := range s.tenants {
		for subject, e := range t.open {
			if e.kind == kind && e.due.Before(now) {
				all = append(all, openwork.Entry{Tenant: id, ID: subject})
			}
		}
		for _, subject := range t.bought.overdue(kind, now) {
			all = append(all, openwork.Entry{Tenant: id, ID: subject})
		}
	}
	slices.SortFunc(all, func(a, b openwork.Entry) int { return strings.Compare(string(a.Tenant)+a.ID, string(b.Tenant)+b.ID) })
	return all, "", nil
}

// Open counts the open work of a tenant.
func (s *Store) Open(id tenant.ID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tenants[id].open)
}

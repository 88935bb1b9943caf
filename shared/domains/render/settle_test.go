package render

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// ledge keeps one job, and settles it as a store does: on the condition that it is as
// it was read.
type ledge struct {
	JobStore
	mu  sync.Mutex
	job Job
}

func (s *ledge) Job(context.Context, tenant.ID, string) (Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.job, nil
}

func (s *ledge) SettleJob(_ context.Context, _ tenant.ID, st Settlement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.job.Status.Ended() || s.job.Revision != st.Job.Revision || s.job.Attempt != st.Job.Attempt {
		return metering.ErrChanged
	}
	s.job.Status, s.job.Failure = st.Status, st.Failure
	return nil
}

// The step, the sweep, a cancel and the event of a dead execution may all end an
// attempt at once, and each may come again: one of them tells, once, of what is stored.
func TestAnAttemptIsToldOfOnce(t *testing.T) {
	t.Parallel()
	for range 200 {
		id := tenant.NewID()
		store := &ledge{job: Job{ID: id, Status: Running, Attempt: 1}}
		var mu sync.Mutex
		var told []Job
		ending := NewSettler(store, time.Now).Telling(func(_ context.Context, j Job) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, j)
		})
		fail := func() error {
			_, err := ending.Fail(t.Context(), "t", id, 1, Failure{Code: problem.EncodeFailed})
			return err
		}
		cancel := func() error {
			if _, err := ending.Cancel(t.Context(), "t", id); err != nil && !problem.Is(err, problem.JobNotCancelable) {
				return err
			}
			return nil
		}
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i, end := range []func() error{fail, cancel, fail, cancel, fail, fail} {
			all.Go(func() { errs[i] = end() })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0].Status != store.job.Status {
			t.Fatalf("told %d times: %+v; stored is %s", len(told), told, store.job.Status)
		}
	}
}

// Who is to mend what ended an attempt: an upload that its owner deleted is his doing,
// one that cannot be read any more, or was lost, is ours, and rings.
func TestWhoseFailureItIs(t *testing.T) {
	for name, c := range map[string]struct {
		f   Failure
		own bool
	}{
		"refused":        {Failure{problem.PromptRefused, "The picture's description was refused."}, true},
		"deleted":        {Failure{problem.UploadRejected, "Scene 2: Your picture was deleted." + paintedAnew}, true},
		"a deleted one":  {Failure{problem.ImageFailed, "Scene 2: " + deletedPicture}, true},
		"not to be read": {Failure{problem.UploadRejected, "Scene 2: Your picture can no longer be read." + costNothing}, false},
		"lost":           {Failure{problem.ImageFailed, "Scene 2: Your picture was lost, which is our fault." + paintedAnew}, false},
		"not painted":    {Failure{problem.ImageFailed, "Scene 2: The picture could not be made."}, false},
	} {
		if c.f.Own() != c.own {
			t.Errorf("%s: its owner's is %v", name, c.f.Own())
		}
	}
}

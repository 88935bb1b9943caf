package exporting_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

func ways() []harness.Way {
	return harness.Ways(calls.LostBefore, calls.LostAfter, calls.KillAfter) // killed before a call is killed after the one before it
}

// Every AWS call of an export fails in turn, or is the last of its process. Another
// process goes on: there is one archive with everything in it, and nothing is left
// of what it was made from.
func TestAnExportSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	land := newLand(t)
	harness.Sweep{Flow: "export", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := newWorld(t, land)
		w.devotional("Psalm 23", 200)
		w.bare(tenant.UploadFolder+tenant.NewID(), "from before")
		broken, sound := w.product(plan...), w.product()
		e, err := broken.start("key")
		if err == nil {
			_, _ = broken.run(e.ID) // whatever it answers: the other process goes on
		} else if !isCode(err, problem.Unavailable) {
			t.Fatalf("under the fault: %v", err)
		}
		e, err = sound.start("key")
		if id, replayed := idempotency.Replayed(err); replayed {
			e, err = sound.export(id), nil
		}
		harness.Must(t, err)
		if e.Status == export.Failed { // it was told, and asks again
			sound.ended(e)
			e, err = sound.start("another key")
			harness.Must(t, err)
		}
		_, err = sound.run(e.ID)
		harness.Must(t, err)
		files := sound.whole(e.ID)
		if len(held(files, "from before$")) != 1 || files["files/videos/Psalm 23/video.mp4"] == "" {
			t.Errorf("something is missing of %d files", len(files))
		}
		if asked := w.recorded(audit.ExportAsked); asked != len(w.exports(sound)) {
			t.Errorf("%d were asked for, on record", asked)
		}
		return broken.calls
	})
}

func (w *world) exports(p *product) []export.Shown {
	w.Helper()
	all, _, err := p.service.List(p.ctx(), w.who.Tenant, 10, "")
	harness.Must(w.T, err)
	return all
}

// ended fails unless nothing is left of a failed export once the sweeper was there.
func (p *product) ended(e export.Export) {
	p.Helper()
	for range 2 {
		harness.Must(p.T, p.keeper.Mend(p.ctx(), p.who.Tenant, e.ID))
		p.clock.Forward(2 * time.Hour)
	}
	if left := p.left(e.ID); len(left) > 0 || !p.export(e.ID).Over {
		p.Errorf("left of a failed export: %v", left)
	}
}

// An execution that dies again and again ends the export, which gives way to
// another; nothing is left of it.
func TestAnExportThatCannotBeMadeEnds(t *testing.T) {
	w := newWorld(t, newLand(t))
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	_, err = p.read.Run(p.ctx(), workflow.Input{TenantID: w.who.Tenant, JobID: e.ID, Attempt: 1})
	harness.Must(t, err)
	runs := export.NewRuns(p.settle.Settler, machine{}, w.warnings.Add)
	for !p.export(e.ID).Status.Ended() {
		w.clock.Forward(time.Hour)
		harness.Must(t, runs.Mend(p.ctx(), w.who.Tenant, e.ID))
	}
	if e = p.export(e.ID); e.Status != export.Failed || e.Failure != string(problem.Internal) {
		t.Fatalf("it is %s: %s", e.Status, e.Failure)
	}
	p.ended(e)
	_, err = p.start("")
	harness.Must(t, err)
}

// service starts executions once by their names, as AWS does, and plays those that
// tell of an end.
type service struct {
	machine
	p       *product
	down    int // how often it does not answer
	started map[string]bool
}

func (s *service) Start(_ context.Context, name string, in workflow.Input) error {
	if s.down > 0 {
		s.down--
		return problem.New(problem.Unavailable, "The service is down.")
	}
	if !strings.HasSuffix(name, "-told") || s.started[name] {
		return nil
	}
	s.started[name] = true
	_, err := s.p.run(in.JobID)
	return err
}

// Who asked for an export that the sweeper has to end is told as the workflow tells,
// once: also when the workflow's service is down just then, or the sweeper comes again.
func TestAnExportThatTheSweeperEndsIsToldOf(t *testing.T) {
	for down := range 2 {
		w := newWorld(t, newLand(t))
		p := w.product()
		e, err := p.start("")
		harness.Must(t, err)
		s := &service{p: p, started: map[string]bool{}}
		runs := export.NewRuns(p.settle.Settler, s, w.warnings.Add)
		ends := p.keeper.Tasks(runs)[1]
		for !p.export(e.ID).Status.Ended() {
			w.clock.Forward(time.Hour)
			s.down = 0
			if p.export(e.ID).Restarts == 3 {
				s.down = down
			}
			harness.Must(t, runs.Mend(p.ctx(), w.who.Tenant, e.ID))
		}
		if told := p.export(e.ID).Told; told != (down == 0) {
			t.Errorf("down %d times: told is %v", down, told)
		}
		for range 3 {
			harness.Must(t, ends.Mend(p.ctx(), w.who.Tenant, e.ID))
			w.clock.Forward(2 * time.Hour)
		}
		if sent := w.post.sent; len(sent) != 1 || !strings.Contains(sent[0].Subject, "could not be made") || !p.export(e.ID).Told || len(s.started) != 1 {
			t.Errorf("down %d times: %d mails by %v: %+v", down, len(sent), s.started, sent)
		}
		if left := p.left(e.ID); len(left) > 0 || !p.export(e.ID).Over {
			t.Errorf("left of a failed export: %v", left)
		}
	}
}

// With versions, a file that is deleted while the export runs is still in it.
// Without, the listing begins again, a bounded number of times.
func TestAFileThatIsDeletedMeanwhile(t *testing.T) {
	for _, versioned := range []bool{true, false} {
		land := newLand(t)
		if !versioned {
			_, err := land.s3().PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
				Bucket: aws.String(land.Bucket), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusSuspended},
			})
			harness.Must(t, err)
		}
		w := newWorld(t, land)
		job := w.devotional("Psalm 23", 300)
		p := w.product()
		e, err := p.start("")
		harness.Must(t, err)
		_, err = p.read.Run(p.ctx(), workflow.Input{TenantID: w.who.Tenant, JobID: e.ID, Attempt: 1})
		harness.Must(t, err)
		harness.Must(t, p.files.Remove(p.ctx(), w.who.Tenant, tenant.JobFolder+job+"/"+tenant.VideoFile))
		_, err = p.run(e.ID)
		harness.Must(t, err)
		files := p.whole(e.ID)
		if got := len(files["files/videos/Psalm 23/video.mp4"]); versioned != (got == 300) || p.export(e.ID).Again != map[bool]int{true: 0, false: 1}[versioned] {
			t.Errorf("versioned %v: %d bytes, listed again %d times", versioned, got, p.export(e.ID).Again)
		}
	}
}

// Of many who ask at once one begins an export; the others are told which.
func TestOneExportAtATime(t *testing.T) {
	w := newWorld(t, newLand(t))
	p := w.product()
	answers := make(chan error, 8)
	for range cap(answers) {
		go func() {
			_, err := p.start("")
			answers <- err
		}()
	}
	begun, told := 0, map[any]bool{}
	for range cap(answers) {
		err := <-answers
		var refused *problem.Error
		switch {
		case err == nil:
			begun++
		case errors.As(err, &refused) && refused.Code == problem.ExportRunning:
			told[refused.Members["export_id"]] = true
		default:
			t.Error(err)
		}
	}
	all := w.exports(p)
	if begun != 1 || len(all) != 1 || len(told) != 1 || !told[all[0].ID] {
		t.Errorf("%d begun, %d stored, the others were told %v", begun, len(all), told)
	}
	harness.WantCode(t, second(p), problem.ExportRunning)
}

func second(p *product) error {
	_, err := p.start("")
	return err
}

// After its time the archive goes, and the link with it; the export is still listed.
func TestAnArchiveGoesAfterSevenDays(t *testing.T) {
	w := newWorld(t, newLand(t))
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	_, err = p.run(e.ID)
	harness.Must(t, err)
	p.whole(e.ID)
	shown, err := p.service.Get(p.ctx(), w.who.Tenant, e.ID)
	harness.Must(t, err)
	if !shown.ExpiresAt.Equal(shown.FinishedAt.Add(export.Life)) {
		t.Errorf("made %s, goes %s", shown.FinishedAt, shown.ExpiresAt)
	}
	w.clock.Forward(export.Life - time.Minute)
	harness.Must(t, p.keeper.Mend(p.ctx(), w.who.Tenant, e.ID))
	p.archive(e.ID)
	w.clock.Forward(2 * time.Minute)
	harness.Must(t, p.keeper.Mend(p.ctx(), w.who.Tenant, e.ID))
	if left := p.left(e.ID); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if status := w.fetched(shown.Link); status != 404 {
		t.Errorf("the link answers %d", status)
	}
	gone, err := p.service.Get(p.ctx(), w.who.Tenant, e.ID)
	harness.Must(t, err)
	if gone.Link != "" || gone.Status != export.Succeeded || gone.Size == 0 || !gone.Over {
		t.Errorf("it is shown as %+v", gone)
	}
}

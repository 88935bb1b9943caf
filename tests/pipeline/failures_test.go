package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/renderer"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/harness"
)

// failed asserts how a job ended, that a person can read why, and that nothing
// stays reserved; then a retry with everything in order makes the video.
func (w *world) failedThenRetried(p parts, j render.Job, code problem.Code, good studio) render.Job {
	w.t.Helper()
	if j.Status != render.Failed || j.Failure == nil || j.Failure.Code != code || len(j.Failure.Detail) < 20 {
		w.t.Fatalf("want a job failed with %s and a reason, got %s %+v", code, j.Status, j.Failure)
	}
	if c := w.balanced(); !c.Reserved.Plus(nil).Zero() {
		w.t.Fatalf("still reserved: %v", c.Reserved)
	}
	again, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.Must(w.t, err)
	ended := w.execution(p, good, again)
	if ended.Status != render.Succeeded || ended.Failure != nil {
		w.t.Fatalf("after the retry: %s %+v", ended.Status, ended.Failure)
	}
	counter := w.balanced()
	if !counter.Taken.Minus(ended.Made(true)).Zero() {
		w.t.Errorf("used %v, made %v", counter.Taken, ended.Made(true))
	}
	return ended
}

// A font that the renderer lacks is seen before anything is made and paid for.
func TestAFontThatTheRendererLacksCostsNothing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	bare := plainStudio()
	bare.gone = renderer.Fonts{Folder: t.TempDir()}.Gone
	j := w.execution(p, bare, w.render(p, w.newProject(p, psalm, "평안할지어다, 두려워하지 말라.").ID))
	if len(j.Parts) > 0 || !j.Made(true).Zero() || j.Failure == nil || !strings.Contains(j.Failure.Detail, "Noto Sans KR") {
		t.Errorf("made %v of %v, %+v", j.Made(true), j.Parts, j.Failure)
	}
	whole := plainStudio()
	whole.gone = renderer.Fonts{Folder: harness.Fonts(t)}.Gone
	w.failedThenRetried(p, j, problem.EncodeFailed, whole)
}

func TestImageTooSlowIs408AndIsRetriedOnce(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	slow, asked := plainStudio(), 0
	slow.painter, slow.timeout = slowEasel{&asked}, 30*time.Millisecond
	j := w.execution(p, slow, w.render(p, w.newProject(p, psalm, psalm).ID))
	if asked != 2 {
		t.Errorf("painted %d times, want twice", asked)
	}
	if problem.Status(j.Failure.Code) != 408 {
		t.Errorf("status %d", problem.Status(j.Failure.Code))
	}
	w.failedThenRetried(p, j, problem.ImageTimeout, plainStudio())

	_, _, _, err := w.previewer(p, slowEasel{&asked}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
	harness.WantCode(t, err, problem.ImageTimeout)
	if c := w.balanced(); c.Reserved[metering.ImagesCount] != 0 {
		t.Errorf("a failed preview stays reserved: %+v", c)
	}
}

func TestSpeechDownFallsBackThenGoesSilent(t *testing.T) {
	for _, c := range []struct {
		name    string
		speaker render.Speaker
		warning string
		speech  bool
	}{
		{"all well", choir{}, "", true},
		{"chosen voice down", choir{down: []string{"anna"}}, render.WarnFallbackVoice, true},
		{"no voice of the language", choir{down: []string{"anna", "ben"}}, render.WarnCaptionsOnly, false},
		{"all well with an understudy", understudied{}, "", true},
		{"only the understudy", understudied{choir{down: []string{"anna", "ben"}}}, render.WarnFallbackVoice, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.process(nil)
			s := plainStudio()
			s.speaker = c.speaker
			j := w.execution(p, s, w.render(p, w.newProject(p, psalm, psalm).ID))
			if j.Status != render.Succeeded {
				t.Fatalf("%s %+v", j.Status, j.Failure)
			}
			var codes []string
			for _, warning := range j.Warnings {
				codes = append(codes, warning.Code)
			}
			want := "[]"
			if c.warning != "" {
				want = fmt.Sprint([]string{c.warning, c.warning}) // one a scene
			}
			if fmt.Sprint(codes) != want {
				t.Errorf("warnings %v, want %v", codes, want)
			}
			if counter := w.balanced(); (counter.Taken[metering.TTSSeconds] > 0) != c.speech {
				t.Errorf("speech taken: %+v", counter)
			}
			vtt, err := p.files.GetBytes(w.ctx(), w.id, render.CaptionsObject(j.ID))
			harness.Must(t, err)
			if len(vtt) < 50 {
				t.Errorf("captions: %s", vtt)
			}
		})
	}
}

// TestABusySpeakerIsWaitedFor: being refused for the requests of others says
// nothing of a voice, so it neither changes nor silences a scene at once.
func TestABusySpeakerIsWaitedFor(t *testing.T) {
	for _, c := range []struct {
		busy    int32 // refusals before it speaks
		warning string
	}{{4, ""}, {5, render.WarnFallbackVoice}, {1000, render.WarnCaptionsOnly}} {
		w := newWorld(t)
		p := w.process(nil)
		s := plainStudio()
		speaker := &crowded{}
		speaker.busy.Store(c.busy)
		s.speaker = speaker
		j := w.execution(p, s, w.render(p, w.newProject(p, psalm).ID))
		var got string
		for _, warning := range j.Warnings {
			got += warning.Code
		}
		if j.Status != render.Succeeded || got != c.warning {
			t.Errorf("after %d refusals: %s, warnings %q, want %q", c.busy, j.Status, got, c.warning)
		}
		w.balanced()
	}
}

func TestWhatWasDeletedIsNotRetried(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	library := render.NewLibrary(p.jobs, p.files, p.now)
	j := w.render(p, w.newProject(p, psalm).ID)
	harness.WantCode(t, library.DeleteVideo(w.ctx(), w.id, j.ID), problem.JobStillRunning)
	part := render.VideoObject(j.ID)
	harness.Must(t, p.files.PutBytes(w.ctx(), w.id, part, []byte("part"), "video/mp4"))
	_, err := p.settler.Cancel(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	for range 2 {
		harness.Must(t, library.DeleteVideo(w.ctx(), w.id, j.ID))
	}
	if _, there, err := p.files.Size(w.ctx(), w.id, part); err != nil || there {
		t.Errorf("its files are there still: %v", err)
	}
	_, _, err = p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.JobNotRetryable)

	// Asked for at once, one of them finds the other done.
	j = w.render(p, w.newProject(p, psalm).ID)
	_, err = p.settler.Cancel(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	var all sync.WaitGroup
	var retried, deleted error
	all.Go(func() { _, _, retried = w.process(nil).admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{}) })
	all.Go(func() { deleted = library.DeleteVideo(w.ctx(), w.id, j.ID) })
	all.Wait()
	if (retried == nil) == (deleted == nil) || w.job(p, j.ID).Deleted != (deleted == nil) {
		t.Errorf("retry: %v, delete: %v", retried, deleted)
	}
	w.balanced()
}

// TestALateVoiceChangesNothing: a run of a step that was taken for dead goes on
// beside the one that replaced it, and ends last.
func TestALateVoiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now().Add(time.Minute)))
	in := render.StepInput{Input: workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: 1}, Scene: 1}
	worker := render.Worker{Jobs: p.jobs, Files: p.files, TempDir: t.TempDir(), Now: p.now, Warn: p.warn}
	slow := &drawling{at: make(chan struct{}), on: make(chan struct{})}
	late := make(chan error)
	go func() { late <- render.VoiceStep{Worker: worker, Speaker: slow}.Run(t.Context(), in) }()
	<-slow.at
	harness.Must(t, render.VoiceStep{Worker: worker, Speaker: choir{}}.Run(t.Context(), in))
	sound := func() string {
		part, ok := w.job(p, j.ID).Part(1, render.VoicePart)
		if !ok {
			t.Fatal("no voice is recorded")
		}
		told, err := p.files.GetBytes(w.ctx(), w.id, part.Object)
		harness.Must(t, err)
		wav, err := p.files.GetBytes(w.ctx(), w.id, strings.TrimSuffix(part.Object, ".json")+".wav")
		harness.Must(t, err)
		return fmt.Sprintf("%s, %d bytes of sound", told, len(wav))
	}
	before := sound()
	close(slow.on)
	harness.Must(t, <-late)
	if after := sound(); after != before {
		t.Errorf("the recorded voice was %s, and is %s", before, after)
	}
}

// program makes a program that stands in for ffmpeg.
func program(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	harness.Must(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700))
	return path
}

func TestStuckEncoderIsStoppedAndRetried(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	stuck := plainStudio()
	stuck.painter = realPainter()
	stuck.encoder = ffmpeg.New(ffmpeg.Settings{Path: program(t, "exec sleep 60"), StallTimeout: 150 * time.Millisecond, WorkDir: t.TempDir()})
	j := w.execution(p, stuck, w.render(p, w.newProject(p, psalm).ID))
	if problem.Status(j.Failure.Code) != 504 {
		t.Errorf("status %d", problem.Status(j.Failure.Code))
	}
	w.failedThenRetried(p, j, problem.EncodeStalled, plainStudio())
}

func TestEncoderThatStallsOnceIsNoFailure(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	var calls atomic.Int64
	s := plainStudio()
	s.encoder = stamp{segment: func(context.Context, func(int)) error {
		if calls.Add(1) == 1 {
			return problem.New(problem.EncodeStalled, "The encoder stopped.")
		}
		return nil
	}}
	j := w.execution(p, s, w.render(p, w.newProject(p, psalm).ID))
	if j.Status != render.Succeeded || j.Failure != nil {
		t.Fatalf("%s %+v", j.Status, j.Failure)
	}
}

func TestDiskFullIs507(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	full := plainStudio()
	full.painter = realPainter()
	full.encoder = ffmpeg.New(ffmpeg.Settings{Path: program(t, "exit 0"), KeepFree: 1 << 60, WorkDir: t.TempDir()})
	j := w.execution(p, full, w.render(p, w.newProject(p, psalm).ID))
	if problem.Status(j.Failure.Code) != 507 {
		t.Errorf("status %d", problem.Status(j.Failure.Code))
	}
	w.failedThenRetried(p, j, problem.StorageFull, plainStudio())
}

// firstBeat is a job as it is once its body has beaten with frames, or as it is
// when ctx ends.
func (w *world) firstBeat(ctx context.Context, p parts, jobID string) (j render.Job, err error) {
	polls := time.NewTicker(10 * time.Millisecond)
	defer polls.Stop()
	for {
		j, err = p.jobs.Job(w.ctx(), w.id, jobID)
		if err != nil || j.Live["1-body"] != 0 {
			return j, err
		}
		select {
		case <-ctx.Done():
			return j, context.Cause(ctx)
		case <-polls.C:
		}
	}
}

func TestCancelStopsARunningStep(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	s := plainStudio()
	s.every = 20 * time.Millisecond
	test, end := context.WithTimeout(t.Context(), 30*time.Second) // whatever does not beat or does not stop
	defer end()
	began, stopped := make(chan struct{}), make(chan error, 1)
	begin := sync.OnceFunc(func() { close(began) })
	s.encoder = stamp{segment: func(ctx context.Context, progress func(int)) error {
		progress(42)
		begin()
		select {
		case <-ctx.Done():
			stopped <- context.Cause(ctx)
			return ctx.Err()
		case <-test.Done():
			return errors.New("nobody stopped this step")
		}
	}}
	j := w.render(p, w.newProject(p, psalm).ID)
	go func() {
		<-began
		running, err := w.firstBeat(test, p, j.ID)
		if step, percent := running.Progress(); err != nil || step != render.StepEncode || percent < 10 || running.Live["1-body"] != 42 {
			t.Errorf("while it runs: %s %d%% %v %v", step, percent, running.Live, err)
			end()
			return
		}
		if _, err := p.settler.Cancel(w.ctx(), w.id, j.ID); err != nil {
			t.Errorf("cancel: %v", err)
		}
	}()
	ended := w.execution(p, s, j)
	select {
	case cause := <-stopped:
		if !problem.Is(cause, problem.Canceled) {
			t.Errorf("the step was stopped by %v", cause)
		}
	case <-test.Done():
		t.Fatal("the step was not stopped")
	}
	if ended.Status != render.Canceled {
		t.Fatalf("%s", ended.Status)
	}
	w.balanced()
}

func TestResumeMakesOnlyWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	// Bodies of three scenes, the title card and three fades: seven pieces. From
	// the third on they fail, with every retry.
	first, again := 0, 0
	broken, whole := plainStudio(), plainStudio()
	broken.encoder = stamp{segment: func(context.Context, func(int)) error {
		if first == 2 {
			return problem.New(problem.EncodeFailed, "The encoder failed at this piece.")
		}
		first++
		return nil
	}}
	whole.encoder = stamp{segment: func(context.Context, func(int)) error { again++; return nil }}
	j := w.execution(p, broken, w.render(p, w.newProject(p, psalm, psalm, psalm).ID))
	if j.Status != render.Failed || first != 2 {
		t.Fatalf("%s after %d pieces", j.Status, first)
	}
	w.failedThenRetried(p, j, problem.EncodeFailed, whole)
	if again != 5 {
		t.Errorf("%d pieces were made again, want the 5 missing ones", again)
	}
	listed, err := s3.NewFromConfig(w.tables.AWS, func(o *s3.Options) { o.UsePathStyle = true }).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{
		Bucket: aws.String(w.tables.Bucket), Prefix: aws.String("tenants/" + string(w.id) + "/jobs/" + j.ID + "/parts/"),
	})
	harness.Must(t, err)
	for _, left := range listed.Contents {
		t.Errorf("a part of a finished video is left: %s", *left.Key)
	}
}

func TestPreviewIsUsedWithoutPayingAgain(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	image, url, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{})
	harness.Must(t, err)
	if url == "" || w.balanced().Taken[metering.ImagesCount] != 1 {
		t.Fatalf("preview %+v %s", image, url)
	}
	title := "With a preview"
	scenes := []project.Scene{{Text: psalm, ImageID: image.ID}, {Text: psalm}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	quote, err := p.pricer.Quote(w.ctx(), w.id, made.ID)
	harness.Must(t, err)
	if quote.Metrics[0].Needed != 1 || quote.ImagesReused != 1 {
		t.Errorf("quote: %+v", quote)
	}
	j := w.execution(p, plainStudio(), w.render(p, made.ID))
	if j.Status != render.Succeeded {
		t.Fatalf("%s %+v", j.Status, j.Failure)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 2 {
		t.Errorf("images: %+v", c)
	}
	if _, ok, err := p.files.Size(w.ctx(), w.id, image.Object); err != nil || !ok {
		t.Errorf("the preview went with the job's parts: %v", err)
	}

	// Absent, foreign and failed previews read alike.
	other := tenant.ID(tenant.NewID())
	w.addTenant(other, tenant.Free)
	_, err = p.projects.Create(tenant.WithTenant(t.Context(), other), other, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	foreign := harness.WantCode(t, err, problem.InvalidInput)
	absent := []project.Scene{{Text: psalm, ImageID: tenant.NewID()}}
	_, err = p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &absent}, idempotency.Claim{})
	if missing := harness.WantCode(t, err, problem.InvalidInput); fmt.Sprint(missing.Fields) != fmt.Sprint(foreign.Fields) {
		t.Errorf("foreign %v, absent %v", foreign.Fields, missing.Fields)
	}
}

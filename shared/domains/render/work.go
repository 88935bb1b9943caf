package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// StepInput is what one task of the state machine is told: ids only.
type StepInput struct {
	workflow.Input
	Scene int      `json:"scene"`          // 0 is the title card
	Kind  PartKind `json:"kind,omitempty"` // of a segment: body or fade
}

const (
	// beatEvery is how often a step says that it is alive, and learns that the
	// job was canceled.
	beatEvery = 3 * time.Second
	// scrapAge is how old a work folder must be for its step to be dead.
	scrapAge = time.Hour
	workDir  = "render-"
)

// Worker is what every step of a render works with.
type Worker struct {
	Jobs    JobStore
	Files   Files
	Names   FileNames // may be nil: files are not named then, and those that are not there count as deleted
	TempDir string
	Now     func() time.Time
	Warn    func(context.Context, error) // hears of failures that do not matter to the step
	Every   time.Duration                // between beats; 0 is the default
	Alone   bool                         // no other step runs in TempDir at the same time
}

// task is one run of a step.
type task struct {
	Worker
	in     StepInput
	job    Job
	source Source
	dir    string // work folder, gone afterwards
	frames atomic.Int64
}

// progress tells how many frames of the step's part are finished. It never
// goes back, also when a part is begun again.
func (t *task) progress(frames int) {
	for {
		seen := t.frames.Load()
		if int64(frames) <= seen || t.frames.CompareAndSwap(seen, int64(frames)) {
			return
		}
	}
}

// run does one step of a job. While it runs the job is kept alive; when the job
// is canceled the step's context ends and Canceled is returned. live is the
// step's key in Job.Live, "" for a step without frames.
func (w Worker) run(ctx context.Context, in StepInput, live string, timeoutCode problem.Code, do func(context.Context, *task) error) error {
	_, err := workflow.Step(ctx, in, func(ctx context.Context, in StepInput) (struct{}, error) {
		err := w.work(ctx, in, live, do)
		switch {
		case err == nil, problem.Is(err, problem.Canceled):
			return struct{}{}, err
		case errors.Is(err, syscall.ENOSPC):
			err = problem.Wrap(problem.StorageFull, "The renderer ran out of disk space.", err)
		case errors.Is(err, context.DeadlineExceeded) && !isProblem(err):
			err = problem.Wrap(timeoutCode, failureDetails()[timeoutCode], err)
		}
		w.trouble(ctx, in, err)
		return struct{}{}, err
	})
	return err
}

func isProblem(err error) bool {
	var p *problem.Error
	return errors.As(err, &p)
}

func (w Worker) work(ctx context.Context, in StepInput, live string, do func(context.Context, *task) error) error {
	t := &task{Worker: w, in: in}
	var err error
	if t.job, err = w.current(ctx, in); err != nil {
		return err
	}
	if t.source, err = w.Jobs.Source(ctx, in.TenantID, in.JobID); err != nil {
		return err
	}
	if in.Scene < 0 || in.Scene > len(t.source.Scenes) {
		return problem.New(problem.InvalidInput, "The job has no such scene.")
	}
	t.frames.Store(int64(t.job.Live[live]))
	w.removeOldFolders()
	if t.dir, err = os.MkdirTemp(w.TempDir, workDir); err != nil {
		return fmt.Errorf("make work folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(t.dir) }()

	ctx, cancel := context.WithCancelCause(ctx)
	var beats sync.WaitGroup
	beats.Add(1)
	go func() {
		defer beats.Done()
		t.beat(ctx, live, cancel)
	}()
	err = t.blameFile(ctx, do(ctx, t))
	if cause := context.Cause(ctx); problem.Is(cause, problem.Canceled) {
		err = cause
	}
	cancel(nil)
	beats.Wait()
	return err
}

// current reads the job and refuses an attempt that is over.
func (w Worker) current(ctx context.Context, in StepInput) (Job, error) {
	j, err := w.Jobs.Job(ctx, in.TenantID, in.JobID)
	if err == nil && (j.Attempt != in.Attempt || j.Status.Ended()) {
		err = Over()
	}
	return j, err
}

// Over is what a step is told whose attempt was canceled, ended or replaced.
func Over() error { return problem.New(problem.Canceled, "This attempt of the render is over.") }

// leaseEnd is when a step that beats now is taken for dead. It moves in strides,
// the same for all steps: the index of open work is written only when it moves,
// however many steps of a job beat.
func leaseEnd(now time.Time) time.Time {
	const stride = lease / 4
	return now.Truncate(stride).Add(lease + stride)
}

func (t *task) beat(ctx context.Context, live string, cancel context.CancelCauseFunc) {
	every := t.Every
	if every == 0 {
		every = beatEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		part, frames := live, int(t.frames.Load())
		if frames == 0 {
			part = ""
		}
		err := t.Jobs.Beat(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, part, frames, leaseEnd(t.Now()))
		switch {
		case problem.Is(err, problem.Canceled):
			cancel(err)
			return
		case err != nil && ctx.Err() == nil:
			t.Warn(ctx, fmt.Errorf("beat: %w", err)) // the lease outlasts many beats
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// MemberScene names, in an error, the scene that it is about when that is not the
// step's own: a fade shows two.
const MemberScene = "scene"

// trouble notes on the job what a step failed with. The state machine may retry
// the step; the note becomes the job's failure only when it gives up.
func (w Worker) trouble(ctx context.Context, in StepInput, err error) {
	p := problem.From(err)
	f := Failure{Code: p.Code, Detail: p.Detail}
	scene := in.Scene
	if named, ok := p.Members[MemberScene].(int); ok {
		scene = named
	}
	if scene > 0 {
		f.Detail = fmt.Sprintf("Scene %d: %s", scene, p.Detail)
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), workflow.Margin)
	defer done()
	if err := w.Jobs.RecordTrouble(ctx, in.TenantID, in.JobID, in.Attempt, f); err != nil && !problem.Is(err, problem.Canceled) {
		w.Warn(ctx, fmt.Errorf("note trouble: %w", err))
	}
}

// removeOldFolders removes the work folders of steps that were killed: a disk that
// outlives its process would fill up with them.
func (w Worker) removeOldFolders() {
	dir := w.TempDir
	if dir == "" {
		dir = os.TempDir()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // MkdirTemp will say so
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), workDir) && (w.Alone || w.Now().Sub(info.ModTime()) > scrapAge) {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// record notes a finished part.
func (t *task) record(ctx context.Context, p Part) error {
	return t.Jobs.RecordPart(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, p)
}

// stored reports whether an earlier run of the step got as far as storing its
// object.
func (t *task) stored(ctx context.Context, name string) (bool, error) {
	_, ok, err := t.Files.Size(ctx, t.in.TenantID, name)
	return ok, err
}

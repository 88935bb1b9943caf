package pipeline

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

// as is the world of another tenant on the same tables.
func (w *world) as(t *testing.T) *world {
	other := *w
	other.t, other.id, other.warned = t, tenant.ID(tenant.NewID()), &harness.Warnings{}
	other.clock = harness.NewClock(w.clock.Now())
	other.flow = &flow{states: map[string]workflow.State{}, inputs: map[string]workflow.Input{}}
	other.addTenant(other.id, tenant.Free)
	return &other
}

// perform does what an execution's steps do, up to and with the settlement.
// Every step may be repeated.
func (w *world) perform(ctx context.Context, p parts, in workflow.Input) error {
	j, err := p.jobs.Job(ctx, w.id, in.JobID)
	if err != nil || j.Attempt != in.Attempt || j.Status.Ended() {
		return err
	}
	if err := p.jobs.BeginJob(ctx, w.id, j.ID, in.Attempt, p.now(), p.now().Add(time.Minute)); err != nil {
		return err
	}
	for scene := 1; scene <= j.Scenes; scene++ {
		for _, part := range []render.Part{
			{Kind: render.ImagePart, Scene: scene, Made: metering.Amounts{metering.ImagesCount: 1}},
			{Kind: render.VoicePart, Scene: scene, Made: metering.Amounts{metering.TTSSeconds: 4000}, Frames: 200},
		} {
			if err := p.jobs.RecordPart(ctx, w.id, j.ID, in.Attempt, part); err != nil {
				return err
			}
		}
	}
	if err := p.jobs.RecordVideo(ctx, w.id, j.ID, in.Attempt, render.Video{DurationMS: 9000, Stored: 5000}); err != nil {
		return err
	}
	_, err = p.settler.Succeed(ctx, w.id, j.ID, in.Attempt)
	return err
}

// easel is a Painter that is done at once.
type easel struct{ err error }

func (e easel) Paint(context.Context, string, render.Aspect) (render.Picture, error) {
	return render.Picture{Data: []byte("picture"), ContentType: "image/png"}, e.err
}

func (w *world) previewer(p parts, painter render.Painter) render.Previewer {
	return render.NewPreviewer(p.intake, p.images, p.files, painter, time.Second, p.warn)
}

// A flow is what one or more processes do for a person. It stops at the first
// error, as a process does that dies or answers with it.
type flowCase struct {
	name string
	run  func(ctx context.Context, w *world, p parts, projectID string) error
	// want is what the tenant has used in the end when nothing failed.
	want metering.Amounts
}

func flowCases() []flowCase {
	full := metering.Amounts{metering.ImagesCount: 2, metering.TTSSeconds: 8000, metering.RenderMinutes: 9000, metering.StorageMB: 5000}
	return []flowCase{
		{"render", func(ctx context.Context, w *world, p parts, projectID string) error {
			j, _, err := p.admitter.Render(ctx, w.id, projectID, idempotency.Claim{})
			if err != nil {
				return err
			}
			return w.perform(ctx, p, workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: 1})
		}, full},
		{"cancel", func(ctx context.Context, w *world, p parts, projectID string) error {
			j, _, err := p.admitter.Render(ctx, w.id, projectID, idempotency.Claim{})
			if err == nil {
				_, err = p.settler.Cancel(ctx, w.id, j.ID)
			}
			return err
		}, metering.Amounts{}},
		{"fail and retry", func(ctx context.Context, w *world, p parts, projectID string) error {
			j, _, err := p.admitter.Render(ctx, w.id, projectID, idempotency.Claim{})
			if err == nil {
				err = p.jobs.BeginJob(ctx, w.id, j.ID, 1, p.now(), p.now())
			}
			if err == nil {
				err = p.jobs.RecordPart(ctx, w.id, j.ID, 1, render.Part{Kind: render.ImagePart, Scene: 1, Made: metering.Amounts{metering.ImagesCount: 1}})
			}
			if err == nil {
				_, err = p.settler.Fail(ctx, w.id, j.ID, 1, render.Failure{Code: problem.ImageTimeout})
			}
			if err == nil {
				j, _, err = p.admitter.Retry(ctx, w.id, j.ID, idempotency.Claim{})
			}
			if err != nil {
				return err
			}
			return w.perform(ctx, p, workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: 2})
		}, full},
		{"preview", func(ctx context.Context, w *world, p parts, _ string) error {
			_, _, _, err := w.previewer(p, easel{}).Preview(ctx, w.id, "a lake", render.Landscape, idempotency.Claim{})
			return err
		}, metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 7}},
		{"preview that fails", func(ctx context.Context, w *world, p parts, _ string) error {
			_, _, _, err := w.previewer(p, easel{problem.New(problem.ImageTimeout, "slow")}).Preview(ctx, w.id, "a lake", render.Landscape, idempotency.Claim{})
			if problem.Is(err, problem.ImageTimeout) {
				return nil
			}
			return err
		}, metering.Amounts{}},
		{"sweep", func(ctx context.Context, w *world, p parts, projectID string) error {
			// Two jobs were admitted and never started; one of their executions dies.
			sane := w.process(nil)
			w.flow.down = true
			first, second := w.render(sane, projectID), w.render(sane, projectID)
			w.flow.down = false
			w.flow.set(first.Run(w.id).Execution(), workflow.Died)
			w.clock.Forward(time.Hour)
			for _, j := range []render.Job{first, second} {
				if err := p.runs.Mend(ctx, w.id, j.ID); err != nil {
					return err
				}
			}
			return nil
		}, full.Plus(full)},
	}
}

// settleAll is what time brings: executions run, the sweeper comes by. It
// returns once nothing is open.
func (w *world) settleAll() {
	w.t.Helper()
	p := w.process(nil)
	for range 12 {
		for name, state := range w.flow.all() {
			if state != workflow.Running {
				continue
			}
			in := w.flow.inputs[name]
			j, err := p.jobs.Job(w.ctx(), w.id, in.JobID)
			harness.Must(w.t, err)
			if j.Run(w.id).Execution() == name && !j.Status.Ended() {
				harness.Must(w.t, w.perform(w.ctx(), p, in))
			}
			w.flow.set(name, workflow.Succeeded)
		}
		if w.openWork() == 0 {
			return
		}
		w.clock.Forward(10 * time.Minute)
		for _, work := range w.open() {
			var err error
			if work.image {
				err = p.keeper.MendImage(w.ctx(), w.id, work.id)
			} else {
				err = p.runs.Mend(w.ctx(), w.id, work.id)
			}
			harness.Must(w.t, err)
		}
	}
	w.t.Errorf("%d entries are open for ever", w.openWork())
}

type openEntry struct {
	id    string
	image bool
}

// open lists the tenant's own entries of the index, due or not: the tables are
// shared by many tenants of this test.
func (w *world) open() []openEntry {
	w.t.Helper()
	p := w.process(nil)
	var all []openEntry
	for _, kind := range []openwork.Kind{openwork.Render, openwork.Image} {
		cursor := ""
		for {
			page, next, err := p.sweeper.Index.Overdue(tenant.WithSweep(w.t.Context()), kind, w.clock.Now().Add(1000*time.Hour), cursor)
			harness.Must(w.t, err)
			for _, work := range page {
				if work.Tenant == w.id {
					all = append(all, openEntry{work.ID, kind == openwork.Image})
				}
			}
			if next == "" {
				break
			}
			cursor = next
		}
	}
	return all
}

func (w *world) openWork() int { return len(w.open()) }

// kinds are those of all that make proofs lets happen, and always on the first
// store. The second one's time goes to what it can have a say in: it never sees
// what fails before its effect.
func kinds(db harness.Database, all ...calls.Kind) []calls.Kind {
	if db == harness.OnEmulator || harness.InFull() {
		return all
	}
	return slices.DeleteFunc(all, func(k calls.Kind) bool { return k != calls.LostAfter && k != calls.KillAfter })
}

// Every AWS call of every flow fails in turn: before its effect, after it, by
// throttling, by a time-out, and with the death of the process before and after;
// once, and in full also for ever; with the SDK's retries and without. Whatever happened, in the end the ledger and the
// counter agree, nothing stays reserved, and no job stays open.
func TestNoCallsFailureLosesOrDoublesAUnit(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, noCallsFailureLosesOrDoublesAUnit)
}

func noCallsFailureLosesOrDoublesAUnit(t *testing.T, db harness.Database) {
	t.Parallel() // beside the other store: each is a chain of calls that waits for its own
	shared := newWorldOn(t, db)
	ways := harness.Ways(kinds(db, calls.LostBefore, calls.LostAfter, calls.Throttled, calls.KillBefore, calls.KillAfter)...)
	if harness.InFull() && db == harness.OnEmulator {
		ways = append(ways, harness.Way{Kind: calls.TimedOut})
		for _, kind := range []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled} {
			ways = append(ways, harness.Way{Kind: kind, Forever: true})
		}
	}
	for _, kind := range kinds(db, calls.LostBefore, calls.LostAfter) {
		ways = append(ways, harness.Way{Kind: kind, FirstTry: true})
	}
	for _, c := range flowCases() {
		harness.Sweep{Flow: c.name, Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			return shared.as(t).strike(c, plan)
		})
	}
}

// strike runs one flow with one planned fault.
func (w *world) strike(c flowCase, plan []calls.Fault) *calls.Faults {
	project := w.newProject(w.process(nil), psalm, psalm)
	faults, kind := calls.Plant(plan...).OnKill(func() {}), plan[0].Kind
	err := c.run(w.ctx(), w, w.process(faults), project.ID)
	if err != nil && kind != calls.KillBefore && kind != calls.KillAfter && errors.Is(err, context.Canceled) {
		w.t.Errorf("it reads as the caller's doing: %v", err)
	}
	// The SDK tries again by itself: nobody notices.
	if passes := faults.Struck() == 0 || plan[0].FirstTry; passes && err != nil {
		w.t.Errorf("nothing failed for good: %v", err)
	}
	w.settleAll()
	counter := w.balanced()
	if !counter.Reserved.Plus(nil).Zero() {
		w.t.Errorf("still reserved: %v", counter.Reserved)
	}
	if err == nil && !counter.Taken.Minus(c.want).Zero() { // what was said to be done is neither lost nor doubled
		w.t.Errorf("no error: used %v, want %v", counter.Taken, c.want)
	}
	w.neverDoubled(counter, "in the end")
	return faults
}

// neverDoubled holds what was used against what the jobs and previews made.
func (w *world) neverDoubled(counter metering.Counter, when string) {
	w.t.Helper()
	p := w.process(nil)
	jobs, _, err := p.jobs.Jobs(w.ctx(), w.id, 100, "")
	harness.Must(w.t, err)
	made := metering.Amounts{}
	for _, j := range jobs {
		made = made.Plus(j.Made(j.Status == render.Succeeded))
		if !j.Charged.Minus(j.Made(j.Status == render.Succeeded)).Zero() {
			w.t.Errorf("%s: job charged %v, made %v", when, j.Charged, j.Made(j.Status == render.Succeeded))
		}
	}
	used := counter.Taken.Minus(made)
	files, err := p.files.Sizes(w.ctx(), w.id)
	harness.Must(w.t, err)
	var there int64
	for _, size := range files {
		there += size
	}
	if there != used[metering.StorageMB] { // the videos of these flows are records only
		w.t.Errorf("%s: %d bytes of pictures are there, %d are counted", when, there, used[metering.StorageMB])
	}
	if used[metering.StorageMB] != 7*used[metering.ImagesCount] {
		w.t.Errorf("%s: %d bytes are stored of %d pictures of 7 bytes", when, used[metering.StorageMB], used[metering.ImagesCount])
	}
	if used[metering.TTSSeconds] != 0 || used[metering.RenderMinutes] != 0 || used[metering.ImagesCount] < 0 || used[metering.ImagesCount] > 1 {
		w.t.Errorf("%s: used %v beyond what the jobs made", when, used)
	}
}

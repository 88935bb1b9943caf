package pipeline

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) sweep(p parts) openwork.Report {
	w.t.Helper()
	report, err := p.sweeper.Sweep(tenant.Doing(w.t.Context(), tenant.Render), 1000)
	harness.Must(w.t, err)
	return report
}

func (w *world) job(p parts, id string) render.Job {
	w.t.Helper()
	j, err := p.jobs.Job(w.ctx(), w.id, id)
	harness.Must(w.t, err)
	return j
}

func TestAJobWhoseStartFailedIsStartedByTheSweeper(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	w.flow.down = true
	j := w.render(p, w.newProject(p, psalm).ID) // admitted all the same
	if len(w.warned.All()) != 1 {
		t.Errorf("warnings: %v", w.warned.All())
	}
	if report := w.sweep(p); report.Done[openwork.Render] != 0 {
		t.Errorf("not due yet: %+v", report)
	}
	w.clock.Forward(time.Minute)
	if report := w.sweep(p); report.Failed != 1 { // the workflow service is still down
		t.Errorf("%+v", report)
	}
	w.flow.down = false
	w.sweep(p)
	if in, started := w.flow.inputs[j.ID+"-1"]; !started || in.JobID != j.ID || in.TenantID != w.id || in.Attempt != 1 {
		t.Fatalf("not started: %v", w.flow.inputs)
	}
	if w.job(p, j.ID).Restarts != 0 {
		t.Error("a first start is no restart")
	}
}

func TestADeadExecutionIsReplacedThreeTimesThenTheJobFails(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm).ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now().Add(time.Minute)))
	w.makeScene(p, j, 1, 3000)
	for restart := 1; restart <= 3; restart++ {
		w.flow.set(w.job(p, j.ID).Run(w.id).Execution(), workflow.Died)
		w.clock.Forward(5 * time.Minute)
		w.sweep(p)
		if now := w.job(p, j.ID); now.Restarts != restart || w.flow.all()[now.Run(w.id).Execution()] != workflow.Running {
			t.Fatalf("restart %d: %d, %v", restart, now.Restarts, w.flow.all())
		}
	}
	w.flow.set(w.job(p, j.ID).Run(w.id).Execution(), workflow.Died)
	w.clock.Forward(5 * time.Minute)
	w.sweep(p)
	ended := w.job(p, j.ID)
	if ended.Status != render.Failed || ended.Failure.Code != problem.RenderInterrupted {
		t.Fatalf("%s %+v", ended.Status, ended.Failure)
	}
	counter := w.balanced()
	if !counter.Reserved.Plus(nil).Zero() || counter.Taken[metering.ImagesCount] != 1 {
		t.Errorf("one image is kept, the rest free: %+v", counter)
	}
	if report := w.sweep(p); report.Total() != 0 {
		t.Errorf("an ended job is still open: %+v", report)
	}
}

func TestAnExecutionWithoutASignOfLifeIsReplaced(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now().Add(2*time.Minute)))
	w.clock.Forward(time.Minute)
	harness.Must(t, p.jobs.Beat(w.ctx(), w.id, j.ID, 1, "1-body", 17, p.now().Add(2*time.Minute)))
	w.clock.Forward(90 * time.Second)
	w.sweep(p) // it beat 90 s ago
	if w.job(p, j.ID).Restarts != 0 {
		t.Fatal("a living execution was replaced")
	}
	w.clock.Forward(time.Minute)
	w.sweep(p)
	if w.job(p, j.ID).Restarts != 1 || w.flow.all()[j.ID+"-1"] != workflow.Died || w.flow.all()[j.ID+"-1-1"] != workflow.Running {
		t.Fatalf("not replaced: %v", w.flow.all())
	}
}

func TestAnExecutionThatWaitsForItsFirstStepIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	for range 5 { // every function is busy
		w.clock.Forward(5 * time.Minute)
		if report := w.sweep(p); report.Done[openwork.Render] != 1 {
			t.Fatalf("it is no longer looked at: %+v", report)
		}
	}
	if now := w.job(p, j.ID); now.Restarts != 0 || now.Status != render.Queued || len(w.flow.all()) != 1 {
		t.Fatalf("%d restarts, %s, %v", now.Restarts, now.Status, w.flow.all())
	}
}

// TestWhatFailsInEverySweepDelaysNothingElse: with room for two, three that
// cannot be started come before the one that can be seen to.
func TestWhatFailsInEverySweepDelaysNothingElse(t *testing.T) {
	w := newWorld(t)
	w.slots.PerTenant = 10
	p := w.process(nil)
	for range 3 {
		w.flow.set(w.render(p, w.newProject(p, psalm).ID).Run(w.id).Execution(), workflow.Absent)
	}
	w.clock.Forward(time.Minute)
	w.render(p, w.newProject(p, psalm).ID)
	w.clock.Forward(time.Minute)
	w.flow.down = true
	report, err := p.sweeper.Sweep(tenant.Doing(w.t.Context(), tenant.Render), 2)
	harness.Must(t, err)
	if report.Failed != 3 || report.Done[openwork.Render] != 1 {
		t.Errorf("%+v", report)
	}
}

func TestAVideoThatIsRecordedIsNeverLost(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	w.finish(p, j) // the settlement never came
	for range 4 {
		w.flow.set(w.job(p, j.ID).Run(w.id).Execution(), workflow.Died)
		w.clock.Forward(5 * time.Minute)
		w.sweep(p)
	}
	if ended := w.job(p, j.ID); ended.Status != render.Succeeded || ended.Failure != nil {
		t.Fatalf("%s %+v", ended.Status, ended.Failure)
	}
	if c := w.balanced(); c.Taken[metering.RenderMinutes] != 9000 {
		t.Errorf("%+v", c)
	}
}

const machineARN = "arn:aws:states:us-east-1:000000000000:stateMachine:render"

func ended(execution string, in workflow.Input) workflow.StatusEvent {
	var e workflow.StatusEvent
	e.Detail.Machine, e.Detail.Execution, e.Detail.Status = machineARN, execution, "ABORTED"
	input, _ := json.Marshal(in)
	e.Detail.Input = string(input)
	return e
}

func TestTheEventOfADeadExecutionResumesItsJobOnce(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm).ID)
	in := workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: 1}
	keepers := workflow.Keepers{machineARN: p.runs}
	w.flow.set(j.Run(w.id).Execution(), workflow.Died)
	for range 3 { // events come twice, and late
		harness.Must(t, keepers.Handle(tenant.Doing(t.Context(), tenant.Render), ended(j.Run(w.id).Execution(), in)))
	}
	if now := w.job(p, j.ID); now.Restarts != 1 || len(w.flow.all()) != 2 {
		t.Fatalf("%d restarts, %v", now.Restarts, w.flow.all())
	}
	_, err := p.settler.Cancel(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	harness.Must(t, keepers.Handle(tenant.Doing(t.Context(), tenant.Render), ended(j.ID+"-1-1", in)))
	if len(w.flow.all()) != 2 {
		t.Error("a canceled job was resumed")
	}
	in.JobID = tenant.NewID()
	harness.Must(t, keepers.Handle(tenant.Doing(t.Context(), tenant.Render), ended(in.JobID+"-1", in)))
	harness.WantCode(t, keepers.Handle(tenant.Doing(t.Context(), tenant.Render), ended("x", workflow.Input{TenantID: "x", JobID: "y"})), problem.InvalidInput)
}

func TestStuckPreviewsAreSettledByWhatIsThere(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	admit := func() render.Image {
		now := p.now()
		i := render.Image{ID: tenant.NewID(), Aspect: render.Square, Period: metering.PeriodOf(now), CreatedAt: now, DueAt: now.Add(time.Minute)}
		i.Object = render.ImageObject(i.ID, "")
		i.Reserved = metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 100}
		row := metering.Reserve(i.Period, i.ID, 1, i.Reserved, now)
		harness.Must(t, p.images.AdmitImage(w.ctx(), w.id, i, metering.Admission{Tenant: tenant.Tenant{ID: w.id, Plan: tenant.Free}, Row: row}))
		return i
	}
	painted, empty := admit(), admit()
	harness.Must(t, p.files.PutBytes(w.ctx(), w.id, painted.Object, []byte("picture"), "image/png"))
	const more = 120 // more than two pages of the index
	for range more {
		admit()
	}
	w.clock.Forward(5 * time.Minute)
	if report := w.sweep(p); report.Done[openwork.Image] != more+2 || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	if counter := w.balanced(); counter.Taken[metering.ImagesCount] != 1 || counter.Taken[metering.StorageMB] != 7 || !counter.Reserved.Zero() {
		t.Errorf("one picture was made: %+v", counter)
	}
	if _, err := p.images.Image(w.ctx(), w.id, painted.ID); err != nil {
		t.Errorf("the painted preview: %v", err)
	}
	_, err := p.images.Image(w.ctx(), w.id, empty.ID)
	harness.WantCode(t, err, problem.NotFound)
}

// Renders have a half of the sweeper's time, and come last, so that they also have
// what the others leave.
func TestRendersHaveAHalfOfASweep(t *testing.T) {
	tasks := newWorld(t).process(nil).sweeper.Tasks
	if last := tasks[len(tasks)-1]; last.Kind != openwork.Render || last.Part < 0.5 {
		t.Errorf("the last task is %s with %v of the time", last.Kind, last.Part)
	}
	for _, task := range tasks[:len(tasks)-1] {
		if task.Part != 0 {
			t.Errorf("%s keeps %v of the time for itself", task.Kind, task.Part)
		}
	}
}

// Package pipeline proves the render pipeline and its metering on the emulator:
// the real stores, the real steps, and faults planted between any two calls.
package pipeline

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// world is one tenant on tables of its own, with everything that serves it.
type world struct {
	t      *testing.T
	tables *harness.Store
	id     tenant.ID
	clock  *harness.Clock
	base   metering.Base
	slots  metering.Slots
	// tenants are all that share the tables.
	tenants *[]tenant.ID
	flow    *flow
	warned  *harness.Warnings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, harness.OnEmulator)
}

func newWorldOn(t *testing.T, db harness.Database) *world {
	t.Helper()
	w := &world{
		t: t, tables: db.Tables(t), id: tenant.ID(tenant.NewID()),
		clock: harness.NewClock(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)),
		base:  metering.Base{ImagesCount: 100, TTSSeconds: 1800, RenderMinutes: 15, StorageMB: 500, UploadsCount: 50}, slots: metering.Slots{PerTenant: 3, Overall: 50},
		flow: &flow{states: map[string]workflow.State{}, inputs: map[string]workflow.Input{}}, warned: &harness.Warnings{}, tenants: &[]tenant.ID{},
	}
	w.addTenant(w.id, tenant.Free)
	return w
}

func (w *world) addTenant(id tenant.ID, plan tenant.Plan) {
	w.t.Helper()
	if !slices.Contains(*w.tenants, id) {
		*w.tenants = append(*w.tenants, id)
	}
	_, err := dynamodb.NewFromConfig(w.tables.AWS).PutItem(w.t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(id)}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
			"plan": &types.AttributeValueMemberS{Value: string(plan)}, "status": &types.AttributeValueMemberS{Value: "active"},
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// parts are the services over one SDK configuration: one process, so to say.
type parts struct {
	store    *dynamo.Client
	projects project.Service
	drafts   project.Remover
	album    render.Album
	intake   metering.Intake
	pricer   render.Pricer
	admitter render.Admitter
	jobs     *dynamo.Jobs
	images   *dynamo.Images
	files    *s3files.Bucket
	settler  render.Settler
	keeper   render.Keeper
	uploads  upload.Keeper
	runs     workflow.Keeper
	sweeper  openwork.Sweeper
	meters   *dynamo.Metering
	flow     *flow
	warn     func(context.Context, error)
	now      func() time.Time
}

// process makes a process with planted faults; nil plants none.
func (w *world) process(faults *calls.Faults) parts {
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	store := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory)
	p := parts{store: store, jobs: dynamo.NewJobs(store), images: dynamo.NewImages(store), meters: dynamo.NewMetering(store), flow: w.flow, now: w.clock.Now, warn: w.warned.Add}
	p.files = s3files.New(cfg, w.tables.Bucket)
	p.projects = project.NewService(dynamo.NewProjects(store), []voice.Voice{{ID: "anna"}}, p.now)
	p.album = render.NewAlbum(p.images, p.files, p.now)
	p.drafts = project.NewRemover(dynamo.NewProjects(store), p.album, p.now, p.warn)
	p.intake = metering.NewIntake(store, metering.NewQuotas(w.base), w.slots, "http://app.test", p.now)
	p.pricer = render.NewPricer(dynamo.NewAdmissions(store), p.intake, voice.Espeak)
	machine := lossy{w.flow, faults}
	p.admitter = render.NewAdmitter(p.pricer, machine, p.warn)
	p.settler = render.NewSettler(p.jobs, p.now)
	p.runs = render.NewRuns(p.settler, machine, p.warn)
	p.keeper = render.Keeper{Settler: p.settler, Images: p.images, Files: p.files, Runs: p.runs}
	p.uploads = upload.NewKeeper(upload.Receiver{Store: dynamo.NewUploads(store), Files: p.files, Now: p.now, Warn: p.warn}) // no file arrives here
	p.sweeper = openwork.Sweeper{Index: dynamo.NewOpenWork(store), Tasks: slices.Concat(p.uploads.Tasks(), []openwork.Task{p.drafts.Task()}, p.keeper.Tasks()), Now: p.now, Warn: p.warn}
	return p
}

func (w *world) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(w.t.Context(), tenant.Render), w.id)
}

// newProject stores a project with one short scene per text.
func (w *world) newProject(p parts, texts ...string) project.Project {
	w.t.Helper()
	title, scenes := "A test", []project.Scene{}
	for _, text := range texts {
		scenes = append(scenes, project.Scene{Text: text})
	}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w *world) render(p parts, projectID string) render.Job {
	w.t.Helper()
	j, _, err := p.admitter.Render(w.ctx(), w.id, projectID, idempotency.Claim{})
	if err != nil {
		w.t.Fatal(err)
	}
	return j
}

// finish makes every part of a job without media tools, as its steps would
// record them.
func (w *world) finish(p parts, j render.Job) {
	w.t.Helper()
	ctx := w.ctx()
	harness.Must(w.t, p.jobs.BeginJob(ctx, w.id, j.ID, j.Attempt, p.now(), p.now().Add(time.Minute)))
	for scene := 1; scene <= j.Scenes; scene++ {
		w.makeScene(p, j, scene, 4000)
	}
	harness.Must(w.t, p.jobs.RecordVideo(ctx, w.id, j.ID, j.Attempt, render.Video{DurationMS: 9000, Width: 1280, Height: 720, Size: 900_000, Stored: 1_000_000}))
}

func (w *world) makeScene(p parts, j render.Job, scene int, speechMS int64) {
	w.t.Helper()
	harness.Must(w.t, p.jobs.RecordPart(w.ctx(), w.id, j.ID, j.Attempt, render.Part{
		Kind: render.ImagePart, Scene: scene, Object: "x", Made: metering.Amounts{metering.ImagesCount: 1},
	}))
	harness.Must(w.t, p.jobs.RecordPart(w.ctx(), w.id, j.ID, j.Attempt, render.Part{
		Kind: render.VoicePart, Scene: scene, Object: "x", Made: metering.Amounts{metering.TTSSeconds: speechMS}, Frames: 200,
	}))
}

// balanced holds the counter of the current month against its ledger, and the
// number of unfinished jobs against the jobs.
func (w *world) balanced() metering.Counter {
	w.t.Helper()
	return w.balancedIn(metering.PeriodOf(w.clock.Now()))
}

func (w *world) balancedIn(period metering.Period) metering.Counter {
	w.t.Helper()
	p := w.process(nil)
	_, counter, err := p.meters.Month(w.ctx(), w.id, period)
	harness.Must(w.t, err)
	rows, err := p.meters.Ledger(w.ctx(), w.id, period)
	harness.Must(w.t, err)
	sum := metering.Sum(rows)
	w.levelBalanced(p, counter)
	for _, m := range metering.Metrics() {
		if m.Level() {
			if sum.Taken[m] != counter.Grown {
				w.t.Errorf("%s in %s: the ledger adds up to %d, the month says %d", m, period, sum.Taken[m], counter.Grown)
			}
			continue
		}
		if sum.Taken[m] != counter.Taken[m] || sum.Reserved[m] != counter.Reserved[m] {
			w.t.Errorf("%s in %s: the ledger adds up to %d taken, %d reserved; the counter says %d, %d",
				m, period, sum.Taken[m], sum.Reserved[m], counter.Taken[m], counter.Reserved[m])
		}
		if counter.Reserved[m] < 0 || counter.Used(m) < 0 {
			w.t.Errorf("%s in %s: negative: %+v", m, period, counter)
		}
	}
	jobs, _, err := p.jobs.Jobs(w.ctx(), w.id, 100, "")
	harness.Must(w.t, err)
	var open int64
	for _, j := range jobs {
		if !j.Status.Ended() {
			open++
		}
	}
	if counter.ActiveJobs != open {
		w.t.Errorf("active_jobs is %d, %d jobs are unfinished", counter.ActiveJobs, open)
	}
	w.slotsBalanced(p)
	return counter
}

// levelBalanced holds the level of storage against the ledger of all months.
func (w *world) levelBalanced(p parts, now metering.Counter) {
	w.t.Helper()
	months, err := p.meters.Months(w.ctx(), w.id)
	harness.Must(w.t, err)
	var rows []metering.Row
	for _, month := range months {
		more, err := p.meters.Ledger(w.ctx(), w.id, month.Period)
		harness.Must(w.t, err)
		rows = append(rows, more...)
	}
	sum, m := metering.Sum(rows), metering.StorageMB
	if sum.Taken[m] != now.Taken[m] || sum.Reserved[m] != now.Reserved[m] {
		w.t.Errorf("%s: the ledger adds up to %d taken, %d reserved; the level says %d, %d", m, sum.Taken[m], sum.Reserved[m], now.Taken[m], now.Reserved[m])
	}
	if now.Reserved[m] < 0 || now.Used(m) < 0 {
		w.t.Errorf("%s: negative: %+v", m, now)
	}
}

// slotsBalanced holds the number of all unfinished jobs against that of each tenant.
func (w *world) slotsBalanced(p parts) {
	w.t.Helper()
	var open int64
	for _, id := range *w.tenants {
		c, err := p.meters.Counter(tenant.WithTenant(w.t.Context(), id), id, metering.PeriodOf(w.clock.Now()))
		harness.Must(w.t, err)
		open += c.ActiveJobs
	}
	if slots, err := p.meters.OpenSlots(tenant.Doing(w.t.Context(), tenant.Archive)); err != nil || slots != open {
		w.t.Errorf("%d slots are taken (%v), %d jobs are unfinished", slots, err, open)
	}
}

// flow is a workflow service in memory: it remembers what was started and runs
// nothing by itself.
type flow struct {
	mu     sync.Mutex
	down   bool
	states map[string]workflow.State
	inputs map[string]workflow.Input
}

func (f *flow) Start(_ context.Context, name string, in workflow.Input) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return problem.New(problem.Unavailable, "down")
	}
	if _, known := f.states[name]; !known {
		f.states[name], f.inputs[name] = workflow.Running, in
	}
	return nil
}

func (f *flow) Stop(_ context.Context, name string) error {
	f.set(name, workflow.Died)
	return nil
}

func (f *flow) State(_ context.Context, name string) (workflow.State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.states[name], nil
}

// lossy is the workflow service as one process reaches it.
type lossy struct {
	*flow
	faults *calls.Faults
}

func (l lossy) call(ctx context.Context, operation string, send func() error) error {
	if err := l.faults.Call(ctx, "SFN."+operation, send); err != nil {
		return problem.Wrap(problem.Unavailable, "The workflow service did not answer.", err)
	}
	return nil
}

func (l lossy) Start(ctx context.Context, name string, in workflow.Input) error {
	return l.call(ctx, "StartExecution", func() error { return l.flow.Start(ctx, name, in) })
}

func (l lossy) Stop(ctx context.Context, name string) error {
	return l.call(ctx, "StopExecution", func() error { return l.flow.Stop(ctx, name) })
}

func (l lossy) State(ctx context.Context, name string) (s workflow.State, err error) {
	err = l.call(ctx, "DescribeExecution", func() error {
		s, err = l.flow.State(ctx, name)
		return err
	})
	return s, err
}

func (f *flow) set(name string, s workflow.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.states[name] = s
}

func (f *flow) all() map[string]workflow.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.states)
}

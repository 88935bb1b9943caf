// Package simulation lets two hundred tenants do what people do, for years, on a
// store in memory: renders, previews, cancels, retries, deletions, plan changes,
// repeated and late calls, dying executions and failing writes. All of it passes
// the real rules; after each step the touched tenant must add up, to the byte.
// A run is named by its seed and is the same each time.
package simulation

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/memory"
)

const (
	tenants     = 200
	allEvery    = 1000 // steps between audits of all tenants
	faultEvery  = 40   // one write in so many fails
	traceLength = 30
	mostJobs    = 3  // of a tenant at once
	allJobs     = 60 // of all
)

// world is one run.
type world struct {
	ctx   context.Context
	rng   *rand.Rand
	now   time.Time
	store *memory.Store
	files *memory.Files
	flow  *machine

	pricer   render.Pricer
	admitter render.Admitter
	settler  render.Settler
	runs     workflow.Keeper
	sweeper  openwork.Sweeper
	library  render.Library
	album    render.Album
	intake   metering.Intake

	ids    []tenant.ID
	people map[tenant.ID]*person
	calm   bool // no faults
	// meddling: what is done between two calls of another is not interrupted itself.
	meddling bool
	later    []func()
	tally    tally
	wrong    []string
}

// person is what a tenant's caller remembers.
type person struct {
	project      string
	jobs, images []string
	keys         map[string]string // idempotency key to the subject it was answered with
	trace        []string
}

type tally struct{ steps, admitted, refused, busy, faults, replays int }

func newWorld(ctx context.Context, seed uint64, bug string) *world {
	w := &world{
		ctx: ctx, rng: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2027, 1, 5, 9, 0, 0, 0, time.UTC),
		store: memory.New(), files: memory.NewFiles(), people: map[tenant.ID]*person{},
	}
	w.flow = &machine{world: w, states: map[string]workflow.State{}}
	w.store.Bug, w.store.Fault, w.files.Fault = bug, w.fault, w.fault
	w.store.Judge, w.store.AfterRead = w.judge, w.meddle
	quotas := metering.NewQuotas(metering.Base{ImagesCount: 12, TTSSeconds: 60, RenderMinutes: 1.5, StorageMB: 8, UploadsCount: 5})
	clock := func() time.Time { return w.now }
	quiet := func(context.Context, error) {}
	w.intake = metering.NewIntake(w.store, quotas, metering.Slots{PerTenant: mostJobs, Overall: allJobs}, "http://app.test", clock)
	w.pricer = render.NewPricer(w.store, w.intake, voice.Espeak)
	w.admitter = render.NewAdmitter(w.pricer, w.flow, quiet)
	w.settler = render.NewSettler(w.store, clock)
	w.runs = render.NewRuns(w.settler, w.flow, quiet)
	keeper := render.Keeper{Settler: w.settler, Images: w.store, Files: w.files, Runs: w.runs}
	w.sweeper = openwork.Sweeper{Index: w.store, Tasks: keeper.Tasks(), Now: clock, Warn: quiet}
	w.library, w.album = render.NewLibrary(w.store, w.files, clock), render.NewAlbum(w.store, w.files, clock)
	for range tenants {
		w.addTenant()
	}
	return w
}

// id is deterministic: what is made anew in the rules themselves is not, and no
// choice may rest on it.
func (w *world) id() string {
	var entropy [10]byte
	for i := range entropy {
		entropy[i] = byte(w.rng.Uint32())
	}
	return ulid.MustNew(ulid.Timestamp(w.now), strings.NewReader(string(entropy[:]))).String()
}

func (w *world) addTenant() {
	id := tenant.ID(w.id())
	w.store.AddTenant(id, tenant.Plans()[w.rng.IntN(3)])
	p := &person{project: w.id(), keys: map[string]string{}}
	var scenes []render.SourceScene
	for range 1 + w.rng.IntN(3) {
		scenes = append(scenes, render.SourceScene{Text: strings.Repeat("Be still, and know. ", 1+w.rng.IntN(4)), Prompt: "hills"})
	}
	w.store.AddProject(id, render.Source{ProjectID: p.project, Title: "Still", Resolution: render.HD, Aspect: render.Square, Scenes: scenes})
	w.ids, w.people[id] = append(w.ids, id), p
}

var errPlanted = problem.New(problem.Unavailable, "planted")

func (w *world) fault() (before, after error) {
	if w.calm || w.rng.IntN(faultEvery) != 0 {
		return nil, nil
	}
	w.tally.faults++
	if w.rng.IntN(2) == 0 {
		return errPlanted, nil
	}
	return nil, errPlanted
}

// meddle does something else between an admission's read and its write, now and
// then: the tenant's plan changes, or another of its requests is faster.
func (w *world) meddle(id tenant.ID) {
	if w.calm || w.meddling {
		return
	}
	w.meddling = true
	defer func() { w.meddling = false }()
	switch w.rng.IntN(12) {
	case 0:
		w.changeTerms(id)
	case 1, 2:
		w.preview(id, w.people[id])
	case 3:
		w.render(id, w.people[id])
	}
}

// judge holds an admission that was written to the limits of the tenant as it is
// now, by what the ledger said just before.
func (w *world) judge(id tenant.ID, a metering.Admission, ledger metering.Counter) {
	owner, err := w.store.TenantLocked(id)
	if err != nil {
		return
	}
	if m, over := metering.Exceeded(w.intake.Limits(owner), ledger, a.Row.Taken); over {
		w.fail("%s: admitted %d of %s beside %d, over the limit", id, a.Row.Taken[m], m, ledger.Taken[m])
	}
}

// refusedRightly holds a 402 against the ledger: what was asked for must not fit.
func (w *world) refusedRightly(id tenant.ID, err error) {
	w.tally.refused++
	members := problem.From(err).Members
	m, _ := members["metric"].(metering.Metric)
	limit, _ := members["limit"].(float64)
	requested, _ := members["requested"].(float64)
	// Not as it is shown: rounded, 5,500,400 bytes would leave room for 2.5 MB of 8.
	const many = 60_000_000 // is a whole number of every unit
	held := float64(w.store.Summed(id, metering.PeriodOf(w.now)).Taken[m]) * m.Shown(many) / many
	if held+requested <= limit+1e-9 {
		w.fail("%s: refused %v of %s beside %v of %v", id, requested, m, held, limit)
	}
}

func (w *world) fail(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// outcome handles the outcome of an admission; ok is false without a subject.
func (w *world) outcome(id tenant.ID, subject string, err error) (string, bool) {
	var replay *idempotency.Replay
	switch {
	case err == nil:
		w.tally.admitted++
		return subject, true
	case errors.As(err, &replay):
		w.tally.replays++
		return replay.Subject, true
	case problem.Is(err, problem.QuotaExceeded):
		w.refusedRightly(id, err)
	case problem.Is(err, problem.TooManyJobs):
		w.tally.busy++
		if active, _ := w.store.Busy(id); active < mostJobs {
			w.fail("%s: refused beside %d of %d jobs", id, active, mostJobs)
		}
	case problem.Is(err, problem.TooBusy):
		w.tally.busy++
		// Who has none may take the last place; who has all but one leaves a third of all to others.
		if active, slots := w.store.Busy(id); slots < allJobs-allJobs*active/(2*mostJobs) {
			w.fail("%s: refused beside %d jobs, while %d of %d places are taken", id, active, slots, allJobs)
		}
	case problem.From(err).Code == problem.Internal:
		w.fail("%s: %v", id, err)
	}
	return "", false
}

// machine remembers executions; steps are the simulation's own doing.
type machine struct {
	world  *world
	states map[string]workflow.State
}

func (f *machine) Start(_ context.Context, name string, _ workflow.Input) error {
	if before, after := f.world.fault(); before != nil || after != nil {
		if after != nil && f.states[name] == workflow.Absent {
			f.states[name] = workflow.Running
		}
		return errPlanted
	}
	if f.states[name] == workflow.Absent {
		f.states[name] = workflow.Running
	}
	return nil
}

func (f *machine) Stop(_ context.Context, name string) error {
	f.states[name] = workflow.Died
	return nil
}

func (f *machine) State(_ context.Context, name string) (workflow.State, error) {
	return f.states[name], nil
}

package erasing_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// processors are the services that are told; they know who was.
type processors struct {
	ended   []string // customers
	strays  []string // that the payment service has and nobody stored
	revoked []tenant.ID
	forgot  []auth.Address
}

// End implements erasure.Payments.
func (p *processors) End(_ context.Context, _ tenant.ID, customer string) error {
	p.ended = append(p.ended, customer)
	p.strays = slices.DeleteFunc(p.strays, func(c string) bool { return c == customer })
	return nil
}

// Customers implements erasure.Payments.
func (p *processors) Customers(context.Context, tenant.ID, string) ([]string, string, error) {
	return slices.Clone(p.strays), "", nil
}

// Revoke implements erasure.Channels.
func (p *processors) Revoke(_ context.Context, id tenant.ID) error {
	p.revoked = append(p.revoked, id)
	return nil
}

// Forget implements auth.ServiceList.
func (p *processors) Forget(_ context.Context, a auth.Address) error {
	p.forgot = append(p.forgot, a)
	return nil
}

// machine keeps which executions were stopped.
type machine struct{ stopped []string }

func (m *machine) Start(context.Context, string, workflow.Input) error { return nil }
func (m *machine) Stop(_ context.Context, name string) error {
	m.stopped = append(m.stopped, name)
	return nil
}
func (m *machine) State(context.Context, string) (workflow.State, error) {
	return workflow.Absent, nil
}

// process is one process's functions, by step.
type process struct {
	*world
	steps    map[erasure.Step]func(context.Context, workflow.Input) (erasure.Out, error)
	calls    *calls.Faults
	machine  *machine
	told     *processors
	payments erasure.Payments // told itself, unless a test has another
	store    *dynamo.Erasures
	items    erasure.Items
	books    erasure.Books
	stops    map[openwork.Kind]erasure.Stop
	objects  erasure.Objects
	ledger   erasure.Locked
	before   func(erasure.Step) // what happens before a step; nil nothing
	didSteps []erasure.Step
	most     int // how many steps it lives for; 0 is for ever
}

// process starts the functions, as a process whose AWS calls meet the plan.
func (w *world) process(plan ...calls.Fault) *process {
	w.Helper()
	cfg := w.store.AWS.Copy()
	faults := calls.Plant(plan...).OnKill(func() {})
	calls.Watch(&cfg, faults)
	harness.WithoutWaiting(&cfg)
	db, files := dynamo.NewClient(cfg, w.store.Platform, w.store.Directory), s3files.New(cfg, w.store.Bucket)
	p := &process{
		world: w, calls: faults, machine: &machine{}, told: &processors{}, store: dynamo.NewErasures(db), objects: files,
		ledger: s3files.NewErasures(cfg, w.locked),
	}
	p.items, p.payments = dynamo.NewErasable(db), p.told
	p.books = erasure.Books{
		Ledger: archive.New(metering.Book(), dynamo.NewArchive(db), s3files.NewSegments(cfg, w.locked), w.warnings.Add),
		Acts:   archive.New(audit.Book(), dynamo.NewAuditArchive(db), s3files.NewAuditSegments(cfg, w.locked), w.warnings.Add),
	}
	settler := render.NewSettler(dynamo.NewJobs(db), w.clock.Now)
	p.stops = map[openwork.Kind]erasure.Stop{
		openwork.Render:  erasure.StopRender(settler, p.machine),
		openwork.Publish: erasure.StopPublish(publish.Settler{Store: dynamo.NewPublications(db), Now: w.clock.Now}, p.machine),
		openwork.Export:  erasure.StopExport(export.Settler{Store: dynamo.NewExports(db), Now: w.clock.Now}, p.machine),
		openwork.Upload:  upload.Receiver{Store: dynamo.NewUploads(db), Files: files, Now: w.clock.Now, Warn: w.warnings.Add}.GiveUp,
		openwork.Image:   render.Keeper{Settler: settler, Images: dynamo.NewImages(db), Files: files}.MendImage,
	}
	p.paged(0)
	return p
}

// paged makes the steps anew, with so many pages in each call.
func (p *process) paged(pages int) {
	run := erasure.Run{Progress: p.store, Now: p.clock.Now, Pages: pages}
	eraser := erasure.Eraser{Items: p.items, Evidence: p.books, List: p.told}
	p.steps = map[erasure.Step]func(context.Context, workflow.Input) (erasure.Out, error){
		erasure.StepFreeze:   erasure.FreezeStep{Run: run, Items: p.items, Stops: p.stops}.Do,
		erasure.StepPayments: erasure.PaymentsStep{Run: run, Items: p.items, Payments: p.payments}.Do,
		erasure.StepChannels: erasure.ChannelsStep{Run: run, Items: p.items, Channels: p.told}.Do,
		erasure.StepEvidence: erasure.EvidenceStep{Run: run, Items: p.items, Evidence: p.books}.Do,
		erasure.StepObjects:  erasure.ObjectsStep{Run: run, Objects: p.objects}.Do,
		erasure.StepItems:    erasure.ItemsStep{Run: run, Eraser: eraser, Quiet: quiet}.Do,
		erasure.StepScan:     erasure.ScanStep{Run: run, Eraser: eraser, Objects: p.objects}.Do,
		erasure.StepCertify:  erasure.CertifyStep{Run: run, Locked: p.ledger, Backups: 35 * 24 * time.Hour}.Do,
	}
}

// tooMany is how many steps no erasure takes.
const tooMany = 60

// run plays the state machine for an erasure, without its retries.
func (p *process) run(id tenant.ID, e erasure.Erasure) error {
	in := workflow.Input{TenantID: id, JobID: e.ID, Attempt: 1}
	ctx := tenant.Doing(p.Context(), tenant.Erase)
	for step := erasure.StepFreeze; step != erasure.NothingNow; {
		if len(p.didSteps) > tooMany {
			return errors.New("it does not end")
		}
		if p.most > 0 && len(p.didSteps) == p.most {
			return errKilled
		}
		if p.before != nil {
			p.before(step)
		}
		p.didSteps = append(p.didSteps, step)
		out, err := p.steps[step](ctx, in)
		if err != nil {
			return err
		}
		if step = out.Next; step == erasure.StepQuiet {
			if p.before != nil {
				p.before(step)
			}
			p.clock.Forward(time.Duration(out.Wait) * time.Second)
			step = erasure.StepPayments
		}
	}
	return nil
}

// certificate is the locked copy of an erasure's.
func (w *world) certificate(p *process, e erasure.Erasure) erasure.Certificate {
	w.Helper()
	var found erasure.Certificate
	n := 0
	harness.Must(w.T, p.ledger.Each(tenant.Doing(w.Context(), tenant.Erase), func(data []byte) error {
		var c erasure.Certificate
		err := json.Unmarshal(data, &c)
		if c.Erasure == e.ID {
			found, n = c, n+1
		}
		return err
	}))
	if n != 1 {
		w.Fatalf("%d certificates of the erasure", n)
	}
	return found
}

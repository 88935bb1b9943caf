package erasing_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// late writes what functions that were under way when the account was frozen can
// still write: a render's part, an upload, an export's archive and its unfinished
// upload, an event of the payment service, counters, an act, a mail's link.
func (w *world) late(a account) {
	w.Helper()
	prefix := tenant.ObjectPrefix(a.id)
	for _, name := range []string{"jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/part-1", "uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV", "incoming/01ARZ3NDEKTSV4RRFFQ69G5FAV", "exports/01ARZ3NDEKTSV4RRFFQ69G5FAV/data"} {
		w.object(prefix+name, "late")
	}
	w.begunUpload(prefix + "exports/01ARZ3NDEKTSV4RRFFQ69G5FAV/archive.zip")
	for sort, it := range map[string]item{
		"HOOK#evt_late":                               {"type": str("invoice.paid")},
		"USAGE#2026-12":                               {"images_count": num(1)},
		"JOB#01ARZ3NDEKTSV4RRFFQ69G5FAV":              {"kind": str("publish"), "title": str("late")},
		"AUDIT#2026-12#01ARZ3NDEKTSV4RRFFQ69G5FAV":    {"at": num(1_790_000_000_000), "action": str("session.opened"), "result": str("done"), "actor": str("user:x")},
		"LEDGER#2026-12#01ARZ3NDEKTSV4RRFFQ69G5FAV#1": {"at": num(1_790_000_000_000)},
	} {
		it["pk"], it["sk"] = str(tenant.DataPartition(a.id)), str(sort)
		w.put(w.store.Platform, it)
	}
	w.put(w.store.Platform, item{"pk": str(tenant.CredentialsPartition(a.id)), "sk": str("SESSION#late"), "user": str(string(a.user)), "device": str("Firefox")})
}

// askedForALink is a sign-in link that was on its way to the address.
func (w *world) askedForALink(a account) {
	w.Helper()
	w.put(w.store.Directory, item{"pk": str("MAILRATE#" + a.address), "link": str(a.ids["link"])})
	w.put(w.store.Directory, item{"pk": str("LINK#" + a.ids["link"]), "email": str(a.address)})
}

// Whoever was under way writes late, before each step in turn: nothing is left.
func TestLateWritesAreFoundWheneverTheyCome(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	w.account(small...)
	states := []erasure.Step{erasure.StepPayments, erasure.StepObjects, erasure.StepItems, erasure.StepQuiet, erasure.StepScan}
	for _, at := range states {
		t.Run(string(at), func(t *testing.T) {
			w := w.in(t)
			a := w.account(small...)
			others := w.everything().without(a)
			e := w.ask(a)
			w.clock.Forward(24 * time.Hour)
			p, wrote := w.process(), false
			p.before = func(step erasure.Step) {
				if step == at && !wrote {
					wrote = true
					w.late(a)
					w.askedForALink(a)
				}
			}
			harness.Must(t, p.run(a.id, e))
			p.gone(a, others, e)
			if !wrote {
				t.Error("nothing was late")
			}
			w.archived(tenant.ObjectPrefix(a.id)+"2026-12/", tenant.ObjectPrefix(a.id)+tenant.AuditFolder+"2026-12/")
		})
	}
}

// A freeze that failed and was made good much later leaves as much time for late
// writes as any other: the time counts from when what ran was stopped.
func TestQuietCountsFromWhenWhatRanWasStopped(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	w.exporting(a)
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	broken := errors.New("the workflow service is down")
	works := p.stops[openwork.Export]
	p.stops[openwork.Export] = func(context.Context, tenant.ID, string) error { return broken }
	if err := p.run(a.id, e); !errors.Is(err, broken) {
		t.Fatalf("the freeze ends with %v", err)
	}
	w.clock.Forward(2 * quiet)
	p.stops[openwork.Export] = works
	waited := false
	p.before = func(step erasure.Step) {
		if step == erasure.StepQuiet {
			waited = true
			w.late(a)
		}
	}
	harness.Must(t, p.run(a.id, e))
	if !waited {
		t.Error("nothing waited for what had just been stopped")
	}
	p.gone(a, others, e)
}

// archived fails unless the locked bucket holds a segment below each prefix: rows that
// came late are kept like the others.
func (w *world) archived(prefixes ...string) {
	w.Helper()
	for _, prefix := range prefixes {
		found, err := w.s3.ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(w.locked), Prefix: aws.String(prefix)})
		if err != nil || len(found.Contents) == 0 {
			w.Errorf("nothing is archived below %s: %v", prefix, err)
		}
	}
}

// What cannot be removed is named, the certificate is not written, and the run is
// begun anew later.
func TestAScanNamesWhatIsLeft(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	w.store.Undeclared()
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.before = func(step erasure.Step) {
		if step == erasure.StepScan { // it comes again and again
			w.put(w.store.Platform, item{"pk": str(tenant.DataPartition(a.id)), "sk": str("SURPRISE#1")})
			w.put(w.store.Platform, item{"pk": str(tenant.DataPartition(a.id)), "sk": str("PROJECT#" + tenant.NewID())})
			w.object("tenants/"+string(a.id)+"/elsewhere/1", "surprise")
		}
	}
	err := p.run(a.id, e)
	for _, name := range []string{"platform:?", "platform:PROJECT#", "media:?"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not name %s", err, name)
		}
	}
	left, loaded := p.store.Erasure(a.ctx(t), a.id, e.ID)
	if loaded != nil || left.Status != erasure.Running {
		t.Errorf("the erasure is %+v %v", left, loaded)
	}
	keeper := erasure.NewRuns(p.store, p.machine, w.clock.Now, w.warnings.Add)
	keeper.Restarts = 0
	harness.Must(t, keeper.Died(t.Context(), left.Run(a.id).Execution(), left.Run(a.id).Input))
	anew, err := p.store.Erasure(a.ctx(t), a.id, e.ID)
	if err != nil || anew.Attempt != 2 || anew.Restarts != 0 || !anew.DueAt.After(w.clock.Now()) || len(w.warnings.All()) != 1 || !errors.Is(w.warnings.All()[0], erasure.ErrUndone) {
		t.Errorf("given up: %+v %v, warned %v", anew, err, w.warnings.All())
	}
	p.before = nil
	if err := p.run(a.id, e); err != nil || len(w.everything().of(a)) == 1 {
		t.Errorf("the attempt that was given up still works: %v", err)
	}
}

// What runs when the account is frozen is stopped, and its quota is settled.
func TestWhatRunsIsStoppedAndSettled(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	job, image := w.running(a)
	made := w.exporting(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.most = 1
	if err := p.run(a.id, e); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	j, err := dynamo.NewJobs(w.tables()).Job(a.ctx(t), a.id, job)
	if err != nil || j.Status != render.Canceled || !slices.Contains(p.machine.stopped, job+"-1") {
		t.Errorf("the render is %+v %v, stopped %v", j, err, p.machine.stopped)
	}
	exports, in := dynamo.NewExports(w.tables()), workflow.Input{TenantID: a.id, JobID: made.ID, Attempt: 1}
	x, err := exports.Export(a.ctx(t), a.id, made.ID)
	if err != nil || x.Status != export.Failed || x.Failure != string(problem.Canceled) || !slices.Contains(p.machine.stopped, x.Run(a.id).Execution()) || len(p.machine.stopped) != 2 {
		t.Errorf("the export is %+v %v, stopped %v", x, err, p.machine.stopped)
	}
	harness.WantCode(t, exports.Planned(a.ctx(t), in, export.Plan{Run: "r"}, w.clock.Now()), problem.Forbidden)
	if i, err := dynamo.NewImages(w.tables()).OpenImage(a.ctx(t), a.id, image); err != nil || !i.Settled || !i.Failed {
		t.Errorf("the preview is %+v %v", i, err)
	}
	for key, value := range w.everything() {
		if strings.HasSuffix(key, "USAGE#level") && !strings.Contains(value, "active_jobs=0;") || key == "SLOTS#render" && !strings.Contains(value, "active_jobs=0;") {
			t.Errorf("still counted: %s %s", key, value)
		}
	}
	// From here on nothing is admitted, whoever was let in before.
	if err := w.claimImage(a); !errors.Is(err, metering.ErrTenantChanged) {
		t.Errorf("a preview was admitted to a frozen account: %v", err)
	}
}

// exporting begins an export.
func (w *world) exporting(a account) export.Export {
	w.Helper()
	service := export.Service{Store: dynamo.NewExports(w.tables()), Machine: &machine{}, Now: w.clock.Now, Warn: w.warnings.Add}
	e, err := service.Start(tenant.Doing(a.ctx(w.T), tenant.Export), auth.Caller{Tenant: a.id, Principal: auth.Principal{User: a.user}}, idempotency.Claim{})
	harness.Must(w.T, err)
	return e
}

// running puts a render and a preview under way, with what they have reserved.
func (w *world) running(a account) (job, image string) {
	w.Helper()
	job, image = tenant.NewID(), tenant.NewID()
	pk := str(tenant.DataPartition(a.id))
	due := num(int(w.clock.Now().Add(time.Hour).UnixMilli()))
	w.put(w.store.Platform, item{
		"pk": pk, "sk": str("JOB#" + job), "status": str("running"), "attempt": num(1), "restarts": num(0), "revision": num(0), "period": str("2026-11"),
		"open": str(string(openwork.Render) + "#0"), "due_at": due, "parts": empty(), "live": empty(), "warnings": empty(), "reserved": empty(), "charged": empty(),
	})
	w.put(w.store.Platform, item{
		"pk": pk, "sk": str("IMAGE#" + image), "object": str("images/" + image), "period": str("2026-11"), "reserved": empty(),
		"open": str(string(openwork.Image) + "#0"), "due_at": due, "claim": str(""),
	})
	w.put(w.store.Platform, item{"pk": pk, "sk": str("USAGE#level"), "active_jobs": num(1)})
	w.put(w.store.Directory, item{"pk": str("SLOTS#render"), "active_jobs": num(1)})
	return job, image
}

// claimImage asks for a preview, as a function that read the tenant before it was frozen.
func (w *world) claimImage(a account) error {
	image := render.Image{ID: tenant.NewID(), Period: "2026-11", CreatedAt: w.clock.Now(), DueAt: w.clock.Now(), Reserved: metering.Amounts{metering.ImagesCount: 1}}
	row := metering.Reserve(image.Period, image.ID, 1, image.Reserved, w.clock.Now())
	return dynamo.NewImages(w.tables()).AdmitImage(a.ctx(w.T), a.id, image, metering.Admission{
		Tenant: tenant.Tenant{ID: a.id, Plan: tenant.Pro, Status: tenant.Active}, Row: row,
	})
}

// An erasure is taken back while there is time, and not after that: of a cancel and a
// beginning only one happens.
func TestAnErasureIsTakenBackOnlyBeforeItsTime(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := w.ask(a)
	ctx := tenant.Doing(a.ctx(t), tenant.Close)
	cancel := func(e erasure.Erasure) error {
		act := audit.New(w.clock.Now(), audit.ErasureCanceled, "user:"+string(a.user), "", e.ID)
		return dynamo.NewErasures(w.tables()).Cancel(ctx, a.id, e, w.clock.Now(), act)
	}
	p := w.process()
	in := workflow.Input{TenantID: a.id, JobID: e.ID, Attempt: 1}
	doing := tenant.Doing(t.Context(), tenant.Erase)
	if out, err := p.steps[erasure.StepFreeze](doing, in); err != nil || out.Next != erasure.NothingNow {
		t.Fatalf("it began before its time: %+v %v", out, err)
	}
	for range 2 {
		harness.Must(t, cancel(e))
	}
	w.clock.Forward(48 * time.Hour)
	if out, err := p.steps[erasure.StepFreeze](doing, in); err != nil || out.Next != erasure.NothingNow {
		t.Fatalf("it began after it was taken back: %+v %v", out, err)
	}
	second := w.ask(a) // and can be asked for again
	err := dynamo.NewErasures(w.tables()).Create(ctx, auth.User{ID: a.user, Tenant: a.id, Role: auth.Owner}, second, audit.New(w.clock.Now(), audit.ErasureAsked, "user:x", "", second.ID))
	harness.WantCode(t, err, problem.ErasurePending)
	w.clock.Forward(24 * time.Hour)
	harness.WantCode(t, cancel(second), problem.ErasureBegun)
	harness.Must(t, p.run(a.id, second))
}

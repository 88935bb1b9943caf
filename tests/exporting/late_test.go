package exporting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

// heldFiles hand a part over after something else has happened.
type heldFiles struct {
	export.Files
	before func()
}

func (h heldFiles) PutPart(ctx context.Context, t tenant.ID, name, upload string, number int, data []byte) error {
	h.before()
	return h.Files.PutPart(ctx, t, name, upload, number, data)
}

// A packer that is held until another one has written all, and the archive is put
// together, throws nothing away; and no export has succeeded before that.
func TestALatePackerThrowsNoArchiveAway(t *testing.T) {
	w := newWorld(t, newLand(t))
	w.devotional("Psalm 23", 200)
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	in := workflow.Input{TenantID: w.who.Tenant, JobID: e.ID, Attempt: 1}
	listed, err := p.read.Run(p.ctx(), in)
	if err != nil || listed.More || len(listed.Slices) != 1 {
		t.Fatalf("listed %+v, %v", listed, err)
	}
	slice := export.PackInput{Input: in, Slice: listed.Slices[0]}
	files := heldFiles{p.files, func() {
		_, err := p.pack.Run(p.ctx(), slice)
		harness.Must(t, err)
		_, err = p.settle.Succeed(p.ctx(), in)
		harness.WantCode(t, err, problem.Unavailable)
		_, err = p.close.Run(p.ctx(), in)
		harness.Must(t, err)
	}}
	store := p.service.Store
	late := export.NewPackStep(store, files, p.files, exporting.Zip{}, w.clock.Now)
	if packed, err := late.Run(p.ctx(), slice); err != nil || packed.More {
		t.Errorf("the late one ends with %+v, %v", packed, err)
	}
	if err := store.Lost(p.ctx(), in, p.export(e.ID).Plan, w.clock.Now().Add(time.Hour)); !errors.Is(err, export.ErrChanged) {
		t.Errorf("a plan that is made is lost: %v", err)
	}
	_, err = p.settle.Run(p.ctx(), export.SettleInput{Input: in})
	harness.Must(t, err)
	if e := p.export(e.ID); e.Again != 0 {
		t.Errorf("listed again %d times", e.Again)
	}
	p.whole(e.ID)
}

// From an account's erasure on no plan is made, and nothing succeeds any more.
func TestAFrozenAccountIsNotExported(t *testing.T) {
	w := newWorld(t, newLand(t))
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	in := workflow.Input{TenantID: w.who.Tenant, JobID: e.ID, Attempt: 1}
	freeze := func(status string) {
		w.put("T", "TENANT", item{"plan": str("pro"), "status": str(status), "owner": str(string(w.who.Principal.User)), "export": str(e.ID)})
	}
	frozen := func(err error) {
		t.Helper()
		if !errors.Is(err, tenant.ErrFrozen) {
			t.Errorf("in a frozen account: %v", err)
		}
	}
	freeze("erasing")
	_, err = p.read.Run(p.ctx(), in)
	frozen(err)
	if p.export(e.ID).Plan.Made() {
		t.Error("a plan is made")
	}
	freeze("active")
	harness.Must(t, p.once(in))
	freeze("erasing")
	_, err = p.settle.Succeed(p.ctx(), in)
	frozen(err)
	if _, err := p.settle.Fail(p.ctx(), in, problem.Canceled); err != nil || p.export(e.ID).Status != export.Failed {
		t.Errorf("it cannot be ended: %v", err)
	}
}

package erasing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// A step that writes late does not take the certificate from the receipt.
func TestALateStepLeavesTheCertificateOnTheReceipt(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.most = 1
	if err := p.run(a.id, e); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	key := "RECEIPT#" + string(e.Receipt)
	certified := item{"pk": str(key), "certificate": str("{}")}
	w.put(w.store.Directory, certified)
	in := workflow.Input{TenantID: a.id, JobID: e.ID, Attempt: 1}
	_, err := p.store.Enter(tenant.Doing(a.ctx(t), tenant.Erase), in, erasure.StepScan, w.clock.Now())
	if got := w.everything()[key]; err != nil || got != printed(certified) {
		t.Errorf("the receipt is %q %v", got, err)
	}
}

// A cool-off longer than a receipt's life does not outlive the receipt.
func TestAReceiptOutlivesALongCoolOff(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := erasure.New(erasure.Account, "", a.user, w.clock.Now(), w.clock.Now().Add(40*24*time.Hour))
	e.Receipt, e.Keep = auth.LinkHash("receipt"+tenant.NewID()), auth.LinkHash("keep"+tenant.NewID())
	store := dynamo.NewErasures(w.tables())
	act := audit.New(w.clock.Now(), audit.ErasureAsked, "user:"+string(a.user), "", e.ID)
	harness.Must(t, store.Create(tenant.Doing(a.ctx(t), tenant.Close), auth.User{ID: a.user, Tenant: a.id, Role: auth.Owner}, e, act))
	if _, err := store.Receipt(tenant.Doing(t.Context(), tenant.Receipt), e.Receipt, e.EffectiveAt.Add(29*24*time.Hour)); err != nil {
		t.Errorf("the receipt ended before its erasure: %v", err)
	}
}

package erasing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// gone fails unless nothing of the account is left but its receipt, which names
// nobody, and everything else is as it was.
func (p *process) gone(a account, others state, e erasure.Erasure) {
	p.Helper()
	now := p.everything()
	receipt := "RECEIPT#" + string(e.Receipt)
	for key, value := range now.of(a) {
		if key != receipt {
			p.Errorf("left: %s %s", key, value)
		}
	}
	delete(now, receipt)
	p.same(others, now.without(a))
}

func TestAnErasureLeavesNothingOfTheAccountAndAllOfTheOthers(t *testing.T) {
	w := newWorld(t)
	other, a := w.account(), w.account()
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	harness.Must(t, p.run(a.id, e))
	p.gone(a, others, e)
	if len(others.of(other)) < 30 {
		t.Errorf("the other account had %d things only: %v", len(others.of(other)), others)
	}
	c := w.certificate(p, e)
	if c.Tenant != string(a.id) || len(c.Users) != 1 || c.Users[0] != string(a.user) || c.Leftovers != 0 || len(c.Kept) == 0 || len(c.Erased) < 30 {
		t.Errorf("%+v", c)
	}
	if c.Counts.Objects != 15 || c.Counts.Unfinished != 5 || c.Counts.Bytes != 5*10 {
		t.Errorf("counted %+v", c.Counts)
	}
	if len(p.told.ended) != 1 || p.told.ended[0] != a.ids["customer"] || len(p.told.revoked) != 1 || !slices.Contains(p.told.forgot, auth.Address(a.address)) || !slices.Equal(c.Told, []string{"Amazon SES", "Google", "Stripe"}) {
		t.Errorf("told %+v, the certificate says %v", p.told, c.Told)
	}
	r, err := p.store.Receipt(tenant.Doing(t.Context(), tenant.Receipt), e.Receipt, w.clock.Now())
	if err != nil || r.Status != erasure.Erased || r.Certificate == nil || r.Certificate.Erasure != e.ID {
		t.Errorf("the receipt: %+v %v", r, err)
	}
	if err := w.process().run(a.id, e); err != nil {
		t.Errorf("run again after its end: %v", err)
	}
}

package billing_test

import (
	"context"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/memory"
)

// planStore is what the worker and an operator's change need.
type planStore interface {
	billing.WorkStore
	billing.TermsStore
}

// onTables is the store of both on tables.
type onTables struct {
	*dynamo.Subscriptions
	terms *dynamo.Terms
}

func (s onTables) TenantAt(ctx context.Context, email string) (tenant.ID, error) {
	return s.terms.TenantAt(ctx, email)
}

func (s onTables) ReplaceTerms(ctx context.Context, before billing.Held, next tenant.Tenant, g billing.Grant, act audit.Entry) error {
	return s.terms.ReplaceTerms(ctx, before, next, g, act)
}

// torn is a store whose first read is overtaken: it sees the grant as it was before
// another's write, and all the rest as it is after it.
type torn struct {
	planStore
	meanwhile func()
	reads     int
}

func (s *torn) Held(ctx context.Context, id tenant.ID) (billing.Held, error) {
	s.reads++
	held, err := s.planStore.Held(ctx, id)
	if err != nil || s.reads > 1 {
		return held, err
	}
	s.meanwhile()
	grant := held.Grant
	held, err = s.planStore.Held(ctx, id)
	held.Grant = grant
	return held, err
}

func TestAReadThatIsOvertakenPartsNothing(t *testing.T) {
	w, _ := inMemory(t, "", short())
	overtaken(t, w, w.store.(*memory.Store))
}

// TestAReadThatIsOvertakenPartsNothingOnEachStore is the same on tables.
func TestAReadThatIsOvertakenPartsNothingOnEachStore(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 1, func(t *testing.T, db harness.Database) {
		s := newStand(t, db)
		c := s.client(nil)
		overtaken(t, s.customer(t, short()), onTables{dynamo.NewSubscriptions(c), dynamo.NewTerms(c)})
	})
}

// overtaken has each of the worker and the operator overtaken by the other.
func overtaken(t *testing.T, w *world, store planStore) {
	t.Helper()
	at := w.now()
	terms := func(s billing.TermsStore, plan tenant.Plan, until time.Time) {
		t.Helper()
		_, err := billing.ChangeTerms(w.ctx, s, billing.TermsChange{TenantID: w.id, Plan: plan, Until: until}, at)
		must(t, err)
	}
	apply := func(s billing.WorkStore) {
		t.Helper()
		must(t, billing.Worker{Store: s, Provider: w.service, Now: func() time.Time { return at }}.Apply(w.ctx, billing.Order{TenantID: w.id}))
	}
	agrees := func(want tenant.Plan, when string) {
		t.Helper()
		held, err := store.Held(w.ctx, w.id)
		must(t, err)
		if in := billing.InForce(held.Subscription, held.Grant, at); in != held.Tenant.Plan || in != want {
			t.Errorf("%s: want %s in force: %+v", when, want, held)
		}
	}
	w.service.reach(1) // pro is bought
	apply(store)
	apply(&torn{planStore: store, meanwhile: func() { terms(store, tenant.Enterprise, at.Add(time.Hour)) }})
	agrees(tenant.Enterprise, "a plan is granted while the worker reads")
	apply(&torn{planStore: store, meanwhile: func() { terms(store, tenant.Enterprise, at.Add(2*time.Hour)) }})
	agrees(tenant.Enterprise, "it is granted for longer while the worker reads")
	apply(&torn{planStore: store, meanwhile: func() { terms(store, billing.NoGrant, time.Time{}) }})
	agrees(tenant.Pro, "the grant ends while the worker reads")
	terms(store, tenant.Enterprise, at.Add(time.Hour))
	at = at.Add(2 * time.Hour)
	terms(&torn{planStore: store, meanwhile: func() { apply(store) }}, "", time.Time{})
	agrees(tenant.Pro, "the worker ends the grant while the operator reads")
}

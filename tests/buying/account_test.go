package buying_test

import (
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// TestAnAccountIsKeptAsItIsCounted: one customer, which leads to one account, and
// one attempt after the other.
func TestAnAccountIsKeptAsItIsCounted(t *testing.T) {
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		p, other := newWorld(t, tables).sound(), newWorld(t, tables).sound()
		store, customers := p.store, dynamo.NewCustomers(p.db)
		begun := billing.Account{Customer: "cus_first", Attempt: 1, Plan: tenant.Pro, Revision: 3}
		taken := func(err error) {
			t.Helper()
			if !errors.Is(err, billing.ErrAttemptTaken) {
				t.Errorf("got %v", err)
			}
		}
		is := func(want billing.Account) {
			t.Helper()
			if held, err := store.Held(p.ctx(), p.id); err != nil || held.Account != want {
				t.Errorf("%+v (%v), want %+v", held.Account, err, want)
			}
		}
		taken(store.Attempt(p.ctx(), p.id, begun)) // of nobody's customer
		for _, customer := range []string{"cus_first", "cus_second", "cus_first"} {
			account, err := store.Introduce(p.ctx(), p.id, customer)
			harness.Must(t, err)
			if account.Customer != "cus_first" {
				t.Errorf("the customer is %s", account.Customer)
			}
		}
		if _, err := other.store.Introduce(other.ctx(), other.id, "cus_first"); err == nil {
			t.Error("one customer is of two accounts")
		}
		if held, err := other.store.Held(other.ctx(), other.id); err != nil || held.Account != (billing.Account{}) {
			t.Errorf("of the refused one there is %+v, %v", held.Account, err)
		}
		hook := tenant.Doing(t.Context(), tenant.Hook)
		if id, err := customers.TenantOf(hook, "cus_first"); err != nil || id != p.id {
			t.Errorf("it leads to %q, %v", id, err)
		}
		_, err := customers.TenantOf(hook, "cus_second")
		harness.WantCode(t, err, problem.NotFound)

		taken(store.Opened(p.ctx(), p.id, begun)) // which was not begun
		harness.Must(t, store.Attempt(p.ctx(), p.id, begun))
		is(begun)
		taken(store.Attempt(p.ctx(), p.id, begun)) // by another call
		opened := begun
		opened.Checkout = billing.Session{ID: "cs_1", URL: "https://pay.test/cs_1", Until: p.clock.Now().Add(time.Hour)}
		harness.Must(t, store.Opened(p.ctx(), p.id, opened))
		is(opened)
		next := begun
		next.Attempt = 3
		taken(store.Attempt(p.ctx(), p.id, next)) // one is left out
		next.Attempt = 2
		harness.Must(t, store.Attempt(p.ctx(), p.id, next))
		taken(store.Opened(p.ctx(), p.id, opened)) // late
		is(next)                                   // without the page of before
	})
}

package billing_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// TestACustomerIsReplacedOnce, and the one who is gone is nobody's then.
func TestACustomerIsReplacedOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 1, func(t *testing.T, db harness.Database) {
		s := newStand(t, db)
		c := s.client(nil)
		accounts, customers := dynamo.NewAccounts(c), dynamo.NewCustomers(c)
		id, old := s.customer(t, short()).id, mine
		ctx, hears := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Checkout), id), tenant.Doing(t.Context(), tenant.Hook)
		for attempts := range int64(2) { // without one before, and after one
			next := "cus_after_" + old
			errs := make([]error, 4)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					errs[i] = accounts.Replace(ctx, id, old, billing.Account{Customer: next, Attempt: attempts + 1, Plan: tenant.Pro})
				})
			}
			all.Wait()
			done := 0
			for _, err := range errs {
				if err == nil {
					done++
				} else if !errors.Is(err, billing.ErrAttemptTaken) {
					t.Error(err)
				}
			}
			held, err := accounts.Held(ctx, id)
			harness.Must(t, err)
			whose, err := customers.TenantOf(hears, next)
			harness.Must(t, err)
			if done != 1 || held.Account.Customer != next || held.Account.Attempt != attempts+1 || whose != id {
				t.Errorf("replaced %d times: %+v, of %s", done, held.Account, whose)
			}
			_, err = customers.TenantOf(hears, old)
			harness.WantCode(t, err, problem.NotFound)
			old = next
		}
	})
}

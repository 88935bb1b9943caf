package paymock_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

const callers = 20

// atOnce lets many call together, each as a process of its own.
func atOnce[T any](n int, call func(i int) T) []T {
	all := make([]T, n)
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-begin
			all[i] = call(i)
		})
	}
	close(begin)
	wg.Wait()
	return all
}

func TestManyAtOnceBuyOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, manyAtOnceBuyOnce)
}

func manyAtOnceBuyOnce(t *testing.T, db harness.Database) {
	w := newWorld(t, db)
	key := "customer-of-this-test"
	type made struct {
		id  string
		err error
	}
	one := func(all []made) string {
		t.Helper()
		for _, m := range all {
			harness.Must(t, m.err)
		}
		if all = slices.CompactFunc(all, func(a, b made) bool { return a.id == b.id }); len(all) != 1 {
			t.Fatalf("%d of them were made", len(all))
		}
		return all[0].id
	}
	customer := one(atOnce(callers, func(int) made {
		id, err := w.call(w.book(nil), "POST", "customers", "", key)
		return made{id, err}
	}))
	page := one(atOnce(callers, func(int) made {
		id, err := w.call(w.book(nil), "POST", "checkout/sessions", checkout(customer), "checkout-1")
		return made{id, err}
	}))
	for _, err := range atOnce(callers, func(int) error { return w.pay(w.book(nil), page) }) {
		harness.Must(t, err)
	}
	w.bought(customer, 1)
	if d := w.kept(customer); len(d.Sessions) != 1 || len(d.Events) != 5 {
		t.Errorf("%d pages, %d events", len(d.Sessions), len(d.Events))
	}
	w.nothingLost(customer)
}

// TestTwoPagesPaidAtOnceAreTwoSubscriptions: as at Stripe, where each page sells by
// itself; what becomes of the second one is the product's.
func TestTwoPagesPaidAtOnceAreTwoSubscriptions(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 2, func(t *testing.T, db harness.Database) {
		w := newWorld(t, db)
		customer := w.customer(w.book(nil))
		pages := []string{w.page(w.book(nil), customer), w.page(w.book(nil), customer)}
		for _, err := range atOnce(2, func(i int) error { return w.pay(w.book(nil), pages[i]) }) {
			harness.Must(t, err)
		}
		if d := w.kept(customer); len(d.Subscriptions) != 2 || len(d.Events) != 10 || d.Subscriptions[0].ID == d.Subscriptions[1].ID {
			t.Errorf("%d subscriptions, %d events", len(d.Subscriptions), len(d.Events))
		}
		w.nothingLost(customer)
	})
}

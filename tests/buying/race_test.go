package buying_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// wrongPages says whether other than so many pages can sell.
func wrongPages(d *paymock.Document, want int) []string {
	open := 0
	for _, page := range d.Sessions {
		if page.Status == "open" {
			open++
		}
	}
	if open != want {
		return []string{fmt.Sprintf("%d of %d pages can sell, not %d", open, len(d.Sessions), want)}
	}
	return nil
}

// atOnce lets many do something together.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			do(i)
		})
	}
	close(begin)
	all.Wait()
}

// TestManyClicksOpenOnePage: those that come while another opens it may be told so.
func TestManyClicksOpenOnePage(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, func(t *testing.T, db harness.Database) {
		const clicks = 64
		w := newWorld(t, db.Tables(t))
		var products []*product
		for range 8 { // processes
			products = append(products, w.sound())
		}
		pages, errs := make([]billing.Session, clicks), make([]error, clicks)
		atOnce(clicks, func(i int) { pages[i], errs[i] = products[i%len(products)].click() })
		last, err := products[0].click()
		harness.Must(t, err)
		refused := 0
		for i, page := range pages {
			switch {
			case errs[i] == nil && page.ID == last.ID:
			case problem.Is(errs[i], problem.Conflict), problem.Is(errs[i], problem.PaymentFailed):
				refused++
			default:
				t.Errorf("click %d: %q, %v; the page is %q", i, page.ID, errs[i], last.ID)
			}
		}
		held, err := products[0].store.Held(products[0].ctx(), w.id)
		harness.Must(t, err)
		d, err := w.document(held.Account.Customer)
		harness.Must(t, err)
		for _, one := range append(wrongPages(d, 1), products[0].wrongCustomers(held.Account.Customer)...) {
			t.Error(one)
		}
		if len(d.Sessions) != 1 || held.Account.Attempt != 1 || refused == clicks {
			t.Errorf("%d pages in %d attempts, %d clicks refused", len(d.Sessions), held.Account.Attempt, refused)
		}
		t.Logf("%d clicks, %d told to try again: one customer, one page", clicks, refused)
	})
}

// TestTwoPagesPaidInTwoTabsAreOnePlan: the younger subscription is ended and paid
// back, whichever worker is first.
func TestTwoPagesPaidInTwoTabsAreOnePlan(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, func(t *testing.T, db harness.Database) {
		w := newWorld(t, db.Tables(t))
		p := w.sound()
		first, err := p.click()
		harness.Must(t, err)
		held, err := p.store.Held(p.ctx(), w.id)
		harness.Must(t, err)
		second, err := p.provider.Checkout(p.ctx(), billing.CheckoutRequest{ // as a call that comes late leaves it
			Tenant: w.id, Customer: held.Account.Customer, Plan: tenant.Pro, Attempt: held.Account.Attempt + 1, SuccessURL: appURL, CancelURL: appURL,
		})
		harness.Must(t, err)
		pages, errs := []billing.Session{first, second}, make([]error, 2)
		atOnce(2, func(i int) { errs[i] = w.pay(pages[i]) })
		harness.Must(t, errs[0])
		harness.Must(t, errs[1])
		w.mu.Lock()
		orders := w.sent
		w.sent = nil
		w.mu.Unlock()
		workers := []*product{w.sound(), w.sound()}
		atOnce(2, func(i int) {
			for _, o := range orders[i*len(orders)/2 : (i+1)*len(orders)/2] {
				if workers[i].apply(o) != nil { // the queue hands it over again
					_ = w.Send(p.ctx(), o) // it keeps it
				}
			}
		})
		harness.Must(t, p.later(held.Account.Customer))
		harness.Must(t, p.later(held.Account.Customer)) // what the refusal itself brought about
		onePlan(p)
	})
}

// onePlan fails unless of two subscriptions one is left.
func onePlan(p *product) {
	p.Helper()
	held, err := p.store.Held(p.ctx(), p.id)
	harness.Must(p.T, err)
	d, err := p.document(held.Account.Customer)
	harness.Must(p.T, err)
	var live, ended []*paymock.Subscription
	for _, s := range d.Subscriptions {
		if billing.Status(s.Status).Live() {
			live = append(live, s)
		} else {
			ended = append(ended, s)
		}
	}
	if len(live) != 1 || len(ended) != 1 {
		p.Fatalf("%d live, %d ended", len(live), len(ended))
	}
	sub := held.Subscription
	if sub.ID != live[0].ID || sub.Status != billing.Active || sub.Grants != 1 || !slices.Equal(sub.Refused, []string{ended[0].ID}) || held.Tenant.Plan != tenant.Pro {
		p.Errorf("%+v, with the plan %s", sub, held.Tenant.Plan)
	}
	for _, c := range d.Charges {
		want := int64(0)
		if c.Invoice == ended[0].Latest {
			want = c.Amount
		}
		if c.Refunded != want {
			p.Errorf("of %d paid for %s, %d went back", c.Amount, c.Invoice, c.Refunded)
		}
	}
	if len(d.Charges) != 2 || len(d.Refunds) != 1 || d.Undelivered() != 0 {
		p.Errorf("%d charges, %d refunds, %d events not heard", len(d.Charges), len(d.Refunds), d.Undelivered())
	}
}

package paymock

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheSameKeyGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.customer()
	if again := w.customer(); again != customer {
		t.Fatalf("a second customer: %s and %s", customer, again)
	}
	w.refused("POST", "customers", "metadata[tenant_id]=T2", "customer-T1", 400, "idempotency_error")
	form := "mode=subscription&customer=" + customer + "&line_items[0][price]=" + pro + "&line_items[0][quantity]=1&success_url=http://a/&cancel_url=http://a/"
	first := w.must("POST", "checkout/sessions", form, "checkout-1")["id"]
	if again := w.must("POST", "checkout/sessions", form, "checkout-1")["id"]; again != first {
		t.Error("a second page under one key")
	}
	if other := w.must("POST", "checkout/sessions", form, "checkout-2")["id"]; other == first {
		t.Error("one page under two keys")
	}
	w.refused("POST", "checkout/sessions", form+"&client_reference_id=x", "checkout-1", 400, "idempotency_error")
	w.refused("POST", "billing_portal/sessions", form, "checkout-1", 400, "idempotency_error")
	w.now = w.now.Add(keysLast)
	if after := w.must("POST", "checkout/sessions", form, "checkout-1")["id"]; after == first {
		t.Error("a key is known for longer than a day")
	}
	if again := w.customer(); again != customer {
		t.Error("the customer's key was forgotten")
	}
	// What was refused for its form may be asked again under its key.
	w.refused("POST", "checkout/sessions", "customer="+customer, "checkout-3", 400, "invalid_request_error")
	w.must("POST", "checkout/sessions", form, "checkout-3")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	stranger := "cus_aaaaaaaaaaaaaaaa"
	form := "mode=subscription&customer=" + customer + "&line_items[0][quantity]=1&success_url=http://a/&cancel_url=http://a/&line_items[0][price]="
	s := w.read(customer).Subscriptions[0]
	for _, c := range []struct {
		method, path, form string
		status             int
		code               string
	}{
		{"GET", "customers/" + stranger, "", 404, "resource_missing"},
		{"GET", "customers/nobody", "", 404, "resource_missing"},
		{"GET", "subscriptions/sub_aaaaaaaaaaaaaaaa000001", "", 404, "resource_missing"},
		{"GET", "subscriptions/" + strings.Replace(s.ID, "sub_", "in_", 1), "", 404, "resource_missing"},
		{"GET", "subscriptions/" + customer, "", 404, "resource_missing"},
		{"GET", "invoices/" + strings.Replace(s.ID, "sub_", "in_", 1) + "9", "", 404, "resource_missing"},
		{"GET", "subscriptions", "customer=" + stranger, 400, "resource_missing"},
		{"GET", "subscriptions", "", 400, "parameter_missing"},
		{"GET", "subscriptions", "customer=" + customer + "&limit=101", 400, "parameter_invalid_integer"},
		{"GET", "subscriptions", "customer=" + customer + "&status=x", 400, "invalid_request_error"},
		{"GET", "subscriptions/" + s.ID, "expand[]=nothing.here", 400, "invalid_request_error"},
		{"POST", "checkout/sessions", form + "price_other", 400, "resource_missing"},
		{"POST", "checkout/sessions", strings.Replace(form, "success_url=http://a/", "success_url=javascript:x", 1) + pro, 400, "url_invalid"},
		{"POST", "checkout/sessions", strings.Replace(form, "quantity]=1", "quantity]=2", 1) + pro, 400, "invalid_request_error"},
		{"POST", "checkout/sessions", form + pro + "&subscription_data[trial_period_days]=0", 400, "invalid_request_error"},
		{"POST", "subscriptions/" + s.ID, "items[0][id]=si_x&items[0][price]=" + enterprise, 400, "invalid_request_error"},
		{"POST", "subscriptions/" + s.ID, "items[0][id]=" + s.Item + "&items[0][price]=price_x", 400, "resource_missing"},
		{"POST", "refunds", "charge=ch_x", 400, "resource_missing"},
		{"POST", "subscriptions", "customer=" + customer, 404, "invalid_request_error"},
		{"PUT", "customers/" + customer, "", 404, "invalid_request_error"},
		{"GET", "balance", "", 404, "invalid_request_error"},
	} {
		_, err := w.call(c.method, c.path, c.form, "")
		f, ok := err.(*Fault)
		if !ok || f.Status != c.status || f.Code != c.code && f.Type != c.code {
			t.Errorf("%s %s %s: %v, want %d %s", c.method, c.path, c.form, err, c.status, c.code)
		}
	}
	if n := len(w.read(customer).Sessions); n != 1 {
		t.Errorf("%d pages after refusals", n)
	}
}

// TestNoEventIsLost: what the product did not take stays, and is sent again by the
// next call, or by one that asks for it.
func TestNoEventIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	id := w.read(customer).Subscriptions[0].ID
	w.deaf = true
	w.must("DELETE", "subscriptions/"+id, "", "")
	w.must("GET", "subscriptions/"+id, "", "")
	if n := w.read(customer).Undelivered(); n != 1 {
		t.Fatalf("%d wait", n)
	}
	w.deaf = false
	w.must("GET", "subscriptions/"+id, "", "") // within the lease: whoever took it on may still send it
	w.took()
	w.now = w.now.Add(sendLease * time.Second)
	w.must("GET", "subscriptions/"+id, "", "")
	w.took("customer.subscription.deleted")
	w.must("GET", "subscriptions/"+id, "", "")
	w.took()
	if got := w.must("GET", "events/"+w.ids[len(w.ids)-1], "", ""); got["pending_webhooks"] != 0.0 || got["api_version"] != APIVersion {
		t.Errorf("%v", got)
	}
	w.deaf = true
	w.act(customer, "do=move&advance=1h")
	w.must("DELETE", "customers/"+customer, "", "")
	w.deaf = false
	if left, err := w.book.Deliver(t.Context(), customer); err != nil || left != 0 {
		t.Errorf("%d wait, %v", left, err)
	}
	w.took("customer.deleted")
}

func TestEventsComeTwiceReversedOrOnDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	w.act(customer, "do=delivery&delivery=twice")
	w.act(customer, "do=move&to=renewal")
	w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid", "customer.subscription.updated", "invoice.finalized", "invoice.paid")
	w.act(customer, "do=delivery&delivery=reverse")
	w.act(customer, "do=move&to=renewal")
	w.took("invoice.paid", "invoice.finalized", "customer.subscription.updated")
	w.act(customer, "do=delivery&delivery=hold")
	w.act(customer, "do=cancel")
	w.now = w.now.Add(time.Hour)
	w.must("GET", "subscriptions", "customer="+customer, "")
	w.took()
	if _, err := w.book.Deliver(t.Context(), customer); err != nil {
		t.Fatal(err)
	}
	w.took("customer.subscription.updated")
}

// TestALostAnswerIsOneChange: the store did what it was asked and did not say so.
func TestALostAnswerIsOneChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	w.store.lose = true
	w.act(customer, "do=move&advance=48h")
	if d := w.read(customer); d.Ahead != 48*3600 {
		t.Errorf("%d hours ahead", d.Ahead/3600)
	}
	w.store.lose = true
	page := w.page(customer, pro, "")
	if d := w.read(customer); len(d.Sessions) != 2 || d.session(page) == nil {
		t.Errorf("%d pages", len(d.Sessions))
	}
}

func TestManyAtOnePageBuyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.book.Setting.Random = sequence()
	customer := w.customer()
	id := w.page(customer, pro, "")
	var mu sync.Mutex
	post := w.book.Post
	w.book.Post = func(ctx ctx, event []byte) error {
		mu.Lock()
		defer mu.Unlock()
		return post(ctx, event)
	}
	var wg sync.WaitGroup
	next := make([]string, 20)
	for i := range next {
		wg.Go(func() {
			var err error
			if next[i], err = w.pay(id, Succeeded); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d := w.read(customer)
	if len(d.Subscriptions) != 1 || len(d.Invoices) != 1 || len(d.Charges) != 1 || len(d.Events) != 5 {
		t.Errorf("%d subscriptions, %d invoices, %d charges, %d events", len(d.Subscriptions), len(d.Invoices), len(d.Charges), len(d.Events))
	}
	if len(slices.Compact(next)) != 1 {
		t.Errorf("they were sent to %v", next)
	}
}

// TestADocumentStaysSmall: a table takes 400 KB, and years may pass.
func TestADocumentStaysSmall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	for n := range keepInvoices + 2 {
		w.act(customer, "do=move&to=renewal")
		if n%2 == 0 {
			w.page(customer, pro, "")
			w.must("POST", "billing_portal/sessions", "customer="+customer, fmt.Sprint("portal-", n))
		}
	}
	kept := w.store.kept[customer]
	if len(kept) > 250<<10 {
		t.Errorf("%d KB", len(kept)>>10)
	}
	d := w.read(customer)
	if len(d.Invoices) != keepInvoices || len(d.Charges) != keepInvoices || d.invoice(d.Subscriptions[0].Latest) == nil {
		t.Errorf("%d invoices, %d charges", len(d.Invoices), len(d.Charges))
	}
	if !json.Valid([]byte(kept)) {
		t.Error("it is not JSON")
	}
}

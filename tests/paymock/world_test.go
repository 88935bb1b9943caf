// Package paymock_test proves on real tables that the payment service's stand-in
// does a thing once, whoever asks how often, and loses no event.
package paymock_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const pro = "price_mock_pro"

// world is a stand-in on its own tables, and a product that hears of events.
type world struct {
	t      *testing.T
	tables *harness.Store
	clock  *harness.Clock

	mu    sync.Mutex
	heard []string // ids of events, as they came
	posts int
	// failAt is the post that fails, 0 for none; before its effect, or after it.
	failAt int
	after  bool
}

func newWorld(t *testing.T, db harness.Database) *world {
	t.Helper()
	return &world{t: t, tables: db.Tables(t), clock: harness.NewClock(time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC))}
}

// as is the same tables with another product before them.
func (w *world) as(t *testing.T) *world {
	return &world{t: t, tables: w.tables, clock: harness.NewClock(w.clock.Now())}
}

// book makes what one process of the function has; faults may be nil.
func (w *world) book(faults *calls.Faults) *paymock.Book {
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	return &paymock.Book{
		Store: dynamo.NewPayMock(dynamo.NewClient(cfg, "", w.tables.Directory)), Post: w.post, Now: w.clock.Now,
		Warn: func(context.Context, error) {},
		Setting: paymock.Setting{
			Prices: paymock.Prices(map[tenant.Plan]string{tenant.Pro: pro}), Base: "http://localhost:8000/mock/stripe", Random: rand.Text,
		},
	}
}

// post is the product's webhook.
func (w *world) post(_ context.Context, event []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.posts++
	fails := w.posts == w.failAt
	if fails && !w.after {
		return errors.New("not reached")
	}
	var e struct{ ID string }
	if err := json.Unmarshal(event, &e); err != nil {
		return err
	}
	w.heard = append(w.heard, e.ID)
	if fails {
		return errors.New("the answer was lost")
	}
	return nil
}

func (w *world) ctx() context.Context { return tenant.Doing(w.t.Context(), tenant.Mock) }

// call makes a call of the API and answers the id of what it is about.
func (w *world) call(b *paymock.Book, method, path, form, key string) (string, error) {
	values, err := url.ParseQuery(form)
	if err != nil {
		return "", err
	}
	answer, err := b.Call(w.ctx(), paymock.Call{Method: method, Path: path, Form: values, Key: key})
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	return made.ID, json.Unmarshal(answer.Body, &made)
}

func (w *world) customer(b *paymock.Book) string {
	w.t.Helper()
	id, err := w.call(b, "POST", "customers", "", "customer-"+tenant.NewID())
	harness.Must(w.t, err)
	return id
}

// checkout is the form of a call that opens a page.
func checkout(customer string) string {
	return "mode=subscription&customer=" + customer + "&line_items[0][price]=" + pro +
		"&line_items[0][quantity]=1&success_url=http://localhost:8000/billing&cancel_url=http://localhost:8000/"
}

func (w *world) page(b *paymock.Book, customer string) string {
	w.t.Helper()
	id, err := w.call(b, "POST", "checkout/sessions", checkout(customer), "")
	harness.Must(w.t, err)
	return id
}

func (w *world) pay(b *paymock.Book, page string) error {
	return b.Act(w.ctx(), page, func(d *paymock.Document) error {
		_, err := d.Pay(page, paymock.Succeeded)
		return err
	})
}

// kept is what is stored of a customer.
func (w *world) kept(customer string) (d *paymock.Document) {
	w.t.Helper()
	harness.Must(w.t, w.book(nil).Act(w.ctx(), customer, func(now *paymock.Document) error {
		d = now
		return nil
	}))
	return d
}

// nothingLost ends the test unless every event of a customer was heard, once the
// next call has been made.
func (w *world) nothingLost(customer string) {
	w.t.Helper()
	w.clock.Forward(time.Minute)
	_, err := w.call(w.book(nil), "GET", "customers/"+customer, "", "")
	harness.Must(w.t, err)
	d := w.kept(customer)
	if n := d.Undelivered(); n != 0 {
		w.t.Errorf("%d events were not heard", n)
	}
	for _, e := range d.Events {
		if !slices.Contains(w.heard, e.ID) {
			w.t.Errorf("%s %s was never heard", e.Type, e.ID)
		}
	}
}

// bought ends the test unless a customer has bought once, and paid this often.
func (w *world) bought(customer string, invoices int) {
	w.t.Helper()
	d := w.kept(customer)
	if len(d.Subscriptions) != 1 || len(d.Invoices) != invoices || len(d.Charges) != invoices {
		w.t.Errorf("%d subscriptions, %d invoices, %d charges; want 1, and %d of each", len(d.Subscriptions), len(d.Invoices), len(d.Charges), invoices)
	}
}

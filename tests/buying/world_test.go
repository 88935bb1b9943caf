// Package buying_test proves that a plan is bought, changed and ended once,
// whatever fails on the way: the product's own client of the payment service, its
// webhook and its worker, on real tables, before the stand-in that plays Stripe.
package buying_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	appURL  = "http://localhost:8000"
	address = "buyer@example.com"
)

// secret is the account's, of this product and of the stand-in.
type secret struct{}

func (secret) CurrentSecret(context.Context) ([]byte, error) {
	return []byte(`{"api_key":"sk_test_of_this_proof","webhook_secrets":["whsec_the_only_one_of_this_proof"]}`), nil
}

func prices() map[tenant.Plan]string {
	return map[tenant.Plan]string{tenant.Pro: "price_mock_pro", tenant.Enterprise: "price_mock_enterprise"}
}

// world is one account, the product that it buys of, and the payment service.
type world struct {
	*testing.T
	tables  *harness.Store
	clock   *harness.Clock
	id      tenant.ID
	handler http.Handler // of the stand-in
	keys    *paymock.Keys
	shelf   *shelf

	mu    sync.Mutex
	hears *product // whose webhook the stand-in's events come to
	sent  []billing.Order
}

// newWorld is another account and payment service on the tables.
func newWorld(t *testing.T, tables *harness.Store) *world {
	t.Helper()
	w := &world{
		T: t, tables: tables, clock: harness.NewClock(time.Now().UTC().Truncate(time.Second)), id: tenant.ID(tenant.NewID()), shelf: &shelf{kept: map[string]string{}, at: map[string]int64{}},
	}
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for sort, attributes := range map[string]map[string]types.AttributeValue{
		"TENANT": {"plan": text("free"), "status": text("active")}, "SUBSCRIPTION": {"plan": text("free"), "status": text("free")},
	} {
		attributes["pk"], attributes["sk"] = text(tenant.DataPartition(w.id)), text(sort)
		_, err := dynamodb.NewFromConfig(tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tables.Platform), Item: attributes})
		harness.Must(t, err)
	}
	w.keys = paymock.NewKeys(secret{}, w.clock.Now)
	row := httpapi.PaymentsMock()
	site := mockpay.Site{Raw: row, Keys: w.keys, Base: "http://pay.test/mock/stripe", AppURL: appURL, RequestID: func(context.Context) string { return "proof" }}
	site.Book = func(string) *paymock.Book { return w.book() }
	w.handler = httpapi.ServeRaw(httpapi.Edge{
		AppURL: appURL, Now: w.clock.Now, RequestID: site.RequestID, Measure: func(int, time.Duration) {}, Log: slog.New(slog.DiscardHandler),
		Report: func(_ context.Context, err error) { t.Logf("the stand-in: %v", err) }, Panicked: func(_ context.Context, v any) { t.Errorf("the stand-in panicked: %v", v) },
	}, row, site.Handler())
	return w
}

// shelf keeps the stand-in's documents: how its own tables keep them is proved
// elsewhere.
type shelf struct {
	mu   sync.Mutex
	kept map[string]string // by customer
	at   map[string]int64
}

func (s *shelf) Load(_ context.Context, customer string) (string, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[customer], s.at[customer], nil
}

func (s *shelf) Save(_ context.Context, customer, document string, revision int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[customer] != revision {
		return paymock.ErrChanged
	}
	s.kept[customer], s.at[customer] = document, revision+1
	return nil
}

// customers are those that were made.
func (s *shelf) customers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.kept))
}

func (w *world) book() *paymock.Book {
	return &paymock.Book{
		Store: w.shelf, Post: w.post, Now: w.clock.Now, Warn: func(context.Context, error) {},
		Setting: paymock.Setting{Prices: paymock.Prices(prices()), Base: "http://pay.test/mock/stripe", Random: rand.Text},
	}
}

// post brings an event to the webhook of whoever hears now.
func (w *world) post(ctx context.Context, event []byte) error {
	header, err := w.keys.Sign(ctx, event)
	if err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(tenant.Doing(w.Context(), tenant.Hook), http.MethodPost, "/webhooks/stripe", bytes.NewReader(event))
	r.Header.Set(stripepay.SignatureHeader, header)
	answer := httptest.NewRecorder()
	w.mu.Lock()
	p := w.hears
	w.mu.Unlock()
	if err := p.webhook().Receive(answer, r, event); err != nil {
		return err
	}
	if answer.Code != http.StatusOK {
		return fmt.Errorf("the webhook answered %d", answer.Code)
	}
	return nil
}

// Send implements billing.Queue: an order waits until it is worked off.
func (w *world) Send(_ context.Context, o billing.Order) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, o)
	return nil
}

// product is one process's functions.
type product struct {
	*world
	db       *dynamo.Client
	store    billing.AccountStore
	provider billing.Provider
	stripe   *stripepay.Client
	verifier *stripepay.Verifier
}

// source is stripepay as the webhook has it.
type source struct {
	*stripepay.Client
	*stripepay.Verifier
}

// product starts the functions; both kinds of faults may be nil.
func (w *world) product(faults *calls.Faults, l *line) *product {
	w.Helper()
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	if l == nil {
		l = &line{}
	}
	l.next = w.handler
	server := httptest.NewServer(l)
	w.Cleanup(server.Close)
	db, keys := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory), stripepay.NewKeys(secret{}, w.clock.Now)
	client := stripepay.New(stripepay.Settings{Base: server.URL + "/mock/stripe", Prices: prices()}, keys)
	return &product{world: w, db: db, store: dynamo.NewAccounts(db), provider: client, stripe: client, verifier: stripepay.NewVerifier(keys)}
}

// sound is one whose calls do not fail; it hears from now on.
func (w *world) sound() *product {
	w.Helper()
	p := w.product(nil, nil)
	w.listen(p)
	return p
}

func (w *world) listen(p *product) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hears = p
}

func (p *product) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(p.Context(), tenant.Checkout), p.id)
}

func (p *product) service() *billing.Service {
	return &billing.Service{Store: p.store, Provider: p.provider, AppURL: appURL, Now: p.clock.Now}
}

func (p *product) inbox() billing.Inbox {
	return billing.Inbox{Store: dynamo.NewHooks(p.db), Queue: p.world, Now: p.clock.Now}
}

func (p *product) webhook() httpapi.PaymentEvents {
	return httpapi.PaymentEvents{
		Source: source{p.stripe, p.verifier}, Customers: dynamo.NewCustomers(p.db), Inbox: p.inbox(),
		Signature: stripepay.SignatureHeader, Now: p.clock.Now, Passed: func(string, string) {},
		Refused: func(_ context.Context, err error) { p.Errorf("the webhook refuses an event of the stand-in: %v", err) },
	}
}

func (p *product) click() (billing.Session, error) {
	return p.service().Checkout(p.ctx(), p.id, address, tenant.Pro)
}

// pay is what the person does at a page.
func (w *world) pay(page billing.Session) error {
	return w.book().Act(w.Context(), page.ID, func(d *paymock.Document) error {
		_, err := d.Pay(page.ID, paymock.Succeeded)
		return err
	})
}

// workOff applies what was sent, or in a part of it; the rest, and what fails, is
// handed over again later, as the queue does.
func (p *product) workOff(part func([]billing.Order) []billing.Order) error {
	p.mu.Lock()
	sent := p.sent
	p.sent = nil
	p.mu.Unlock()
	if part == nil {
		part = slices.Clone
	}
	taken := part(sent)
	var err error
	for _, o := range sent {
		oneErr := errLater
		if slices.Contains(taken, o) {
			if oneErr = p.apply(o); oneErr != nil {
				err = oneErr
			}
		}
		if oneErr != nil {
			_ = p.Send(p.Context(), o) // it keeps it
		}
	}
	return err
}

var errLater = errors.New("later")

func (p *product) apply(o billing.Order) error {
	return billing.Worker{Store: dynamo.NewSubscriptions(p.db), Provider: p.provider, Now: p.clock.Now}.Apply(p.Context(), o)
}

// later is all that goes on by itself: the payment service sends again what was
// not heard, the sweep hands on what was not applied, and the worker works.
func (p *product) later(customer string) error {
	p.listen(p)
	p.clock.Forward(10 * time.Minute)
	if _, err := p.book().Deliver(p.Context(), customer); err != nil {
		return err
	}
	tasks := slices.DeleteFunc(p.inbox().Tasks(), func(task openwork.Task) bool { return task.Kind != openwork.Hook })
	mend := tasks[0].Mend
	tasks[0].Mend = func(ctx context.Context, id tenant.ID, item string) error {
		if id != p.id { // of another case
			return nil
		}
		return mend(ctx, id, item)
	}
	sweeper := openwork.Sweeper{Index: dynamo.NewOpenWork(p.db), Tasks: tasks, Now: p.clock.Now, Warn: func(context.Context, error) {}}
	if _, err := sweeper.Sweep(p.Context(), 100); err != nil {
		return err
	}
	return p.workOff(nil)
}

// document is what the payment service has of a customer.
func (w *world) document(customer string) (d *paymock.Document, err error) {
	err = w.book().Act(w.Context(), customer, func(now *paymock.Document) error {
		d = now
		return nil
	})
	return d, err
}

// bought buys the plan, and nothing fails.
func (w *world) bought() *product {
	w.Helper()
	p := w.sound()
	page, err := p.click()
	harness.Must(w.T, err)
	harness.Must(w.T, w.pay(page))
	harness.Must(w.T, p.workOff(nil))
	return p
}

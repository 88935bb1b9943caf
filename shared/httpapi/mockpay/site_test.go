package mockpay_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
)

const (
	apiKey  = "sk_test_of_this_test"
	signing = "whsec_new_new_new_new_new"
	older   = "whsec_old_old_old_old_old"
	pro     = "price_mock_pro"
)

type secret struct{}

func (secret) CurrentSecret(context.Context) ([]byte, error) {
	return []byte(`{"api_key":"` + apiKey + `","webhook_secrets":["` + signing + `","` + older + `"]}`), nil
}

type shelf struct {
	mu   sync.Mutex
	kept map[string]string
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

// stand is a stand-in that listens, and what it has told.
type stand struct {
	*httptest.Server
	t      *testing.T
	stripe *client.API

	mu   sync.Mutex
	told []stripe.Event
}

func open(t *testing.T) *stand {
	t.Helper()
	s := &stand{t: t}
	store := &shelf{kept: map[string]string{}, at: map[string]int64{}}
	keys := paymock.NewKeys(secret{}, time.Now)
	prices := paymock.Prices(map[tenant.Plan]string{tenant.Pro: pro, tenant.Enterprise: "price_mock_enterprise"})
	site := mockpay.Site{
		Raw: httpapi.PaymentsMock(), Keys: keys, AppURL: "http://localhost:8000", RequestID: func(context.Context) string { return "r-1" },
		Book: func(base string) *paymock.Book {
			return &paymock.Book{
				Store: store, Now: time.Now, Warn: func(_ context.Context, err error) { t.Error(err) },
				Setting: paymock.Setting{Prices: prices, Base: base, Random: rand.Text},
				Post: func(ctx context.Context, body []byte) error {
					header, err := keys.Sign(ctx, body)
					if err != nil {
						return err
					}
					return s.hear(body, header)
				},
			}
		},
	}
	var handler http.Handler
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	site.Base = s.URL + "/mock/stripe"
	handler = httpapi.ServeRaw(httpapi.Edge{
		AppURL: "http://localhost:8000", Log: slog.New(slog.DiscardHandler), Now: time.Now,
		RequestID: func(context.Context) string { return "r-1" }, Measure: func(int, time.Duration) {},
		Report: func(_ context.Context, err error) { t.Error(err) }, Panicked: func(_ context.Context, v any) { t.Error(v) },
	}, httpapi.PaymentsMock(), site.Handler())
	s.stripe = s.client(apiKey)
	return s
}

// client is Stripe's own library, calling the stand-in.
func (s *stand) client(key string) *client.API {
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(s.URL + "/mock/stripe"), MaxNetworkRetries: stripe.Int64(0),
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull}, EnableTelemetry: stripe.Bool(false),
	})
	return client.New(key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend})
}

// hear takes an event as the library does: signature, time and version are right.
func (s *stand) hear(body []byte, header string) error {
	for _, known := range []string{signing, older} { // one that is being replaced verifies too
		if _, err := webhook.ConstructEvent(body, header, known); err != nil {
			s.t.Errorf("the library refuses an event: %v", err)
			return err
		}
	}
	var e stripe.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, e)
	return nil
}

// answer is what a page answered.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a request as a browser (page) or a program does, and follows nothing.
func (s *stand) send(method, address, form, accept string) answer {
	s.t.Helper()
	if !strings.HasPrefix(address, "http") {
		address = s.URL + "/mock/stripe" + address
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(form))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(form, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

const (
	browser = "text/html,application/xhtml+xml"
	program = "application/json"
)

// customer makes one with an open page; its address is answered.
func (s *stand) customer(name string) (*stripe.Customer, *stripe.CheckoutSession) {
	s.t.Helper()
	c, err := s.stripe.Customers.New(&stripe.CustomerParams{Email: stripe.String(name), Metadata: map[string]string{"tenant_id": "T1"}})
	if err != nil {
		s.t.Fatal(err)
	}
	page, err := s.stripe.CheckoutSessions.New(&stripe.CheckoutSessionParams{
		Mode: stripe.String("subscription"), Customer: stripe.String(c.ID), ClientReferenceID: stripe.String("T1"),
		LineItems:  []*stripe.CheckoutSessionLineItemParams{{Price: stripe.String(pro), Quantity: stripe.Int64(1)}},
		SuccessURL: stripe.String("http://localhost:8000/billing?paid=1"), CancelURL: stripe.String("http://localhost:8000/billing"),
		SubscriptionData: &stripe.CheckoutSessionSubscriptionDataParams{Metadata: map[string]string{"tenant_id": "T1"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c, page
}

func (s *stand) refused(err error, status int, code string) {
	s.t.Helper()
	var e *stripe.Error
	if !errors.As(err, &e) || e.HTTPStatusCode != status || string(e.Code) != code && string(e.Type) != code || e.RequestID != "req_r1" {
		s.t.Errorf("want %d %s, got %v", status, code, err)
	}
}

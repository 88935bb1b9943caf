package contract

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
)

// till has the payment service's stand-in answer for the functions of billing; its
// events go nowhere, and who needs what they tell asks the worker.
func (s *stage) till(t *testing.T) {
	t.Helper()
	s.chosen["StripeSecretArn"] = s.secret(t, paymentKeys)
	secret := secretstore.New(s.aws, s.chosen["StripeSecretArn"])
	row := httpapi.PaymentsMock()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.chosen["StripeApiBase"] = server.URL + "/mock/stripe"
	site := mockpay.Site{Raw: row, Keys: paymock.NewKeys(secret, time.Now), Base: s.chosen["StripeApiBase"], AppURL: appURL, RequestID: func(context.Context) string { return "samples" }}
	site.Book = func(base string) *paymock.Book {
		return &paymock.Book{
			Store: dynamo.NewPayMock(s.store()), Post: func(context.Context, []byte) error { return nil }, Now: time.Now, Warn: func(context.Context, error) {},
			Setting: paymock.Setting{Prices: paymock.Prices(s.prices()), Base: base, Random: rand.Text},
		}
	}
	mux.Handle(row.Path, httpapi.ServeRaw(httpapi.Edge{
		AppURL: appURL, Now: time.Now, RequestID: func(context.Context) string { return "samples" },
		Report: func(context.Context, error) {}, Panicked: func(_ context.Context, v any) { t.Errorf("the stand-in panicked: %v", v) },
		Measure: func(int, time.Duration) {}, Log: slog.New(slog.DiscardHandler),
	}, row, site.Handler()))
}

func (s *stage) prices() map[tenant.Plan]string {
	return map[tenant.Plan]string{tenant.Pro: s.chosen["StripePricePro"], tenant.Enterprise: s.chosen["StripePriceEnterprise"]}
}

// subscriber signs in the owner of an account that has bought the pro plan.
func (s *stage) subscriber(t *testing.T) string {
	t.Helper()
	grant := s.grant(t, "subscriber@example.com")
	s.buy(t, grant.Profile.Tenant)
	return grant.Access
}

// buy buys the pro plan for an account, unless it has a subscription.
func (s *stage) buy(t *testing.T, id tenant.ID) {
	t.Helper()
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Checkout), id)
	provider := stripepay.New(
		stripepay.Settings{Base: s.chosen["StripeApiBase"], Prices: s.prices()}, stripepay.NewKeys(secretstore.New(s.aws, s.chosen["StripeSecretArn"]), time.Now),
	)
	service := &billing.Service{Store: dynamo.NewAccounts(s.store()), Provider: provider, AppURL: appURL, Now: time.Now}
	page, err := service.Checkout(ctx, id, "subscriber@example.com", tenant.Pro)
	if problem.Is(err, problem.SubscriptionExists) { // for a sample before
		return
	}
	if err != nil {
		t.Fatalf("buy: %v", err)
	}
	form := url.Values{"outcome": {string(paymock.Succeeded)}}
	stays := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	paid, err := stays.PostForm(page.URL, form)
	if err != nil {
		t.Fatalf("pay: %v", err)
	}
	_ = paid.Body.Close()
	worker := billing.Worker{Store: dynamo.NewSubscriptions(s.store()), Provider: provider, Now: time.Now}
	if err := worker.Apply(t.Context(), billing.Order{TenantID: id}); err != nil {
		t.Fatalf("hear of it: %v", err)
	}
}

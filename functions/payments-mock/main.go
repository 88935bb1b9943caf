// payments-mock plays Stripe where none is configured: its API, the pages where a
// person pays, and its events.
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/hookpost"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

type config struct {
	AppURL    string   `env:"APP_URL,required,notEmpty"`
	Directory string   `env:"DIRECTORY_TABLE,required,notEmpty"`
	SecretARN string   `env:"STRIPE_SECRET_ARN,required,notEmpty"` // of {"api_key", "webhook_secrets"}
	Webhook   string   `env:"STRIPE_WEBHOOK_URL"`                  // "" is beside this function, as at the local edge
	Base      string   `env:"STRIPE_API_BASE"`                     // of this function; "" is its Function URL
	Pro       []string `env:"STRIPE_PRICE_PRO,required,notEmpty"`  // the first is sold
	Agreed    []string `env:"STRIPE_PRICE_ENTERPRISE"`
}

func main() { boot.URL(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	rt.Does(tenant.Mock)
	if err := paymock.CheckStage(rt.Stage); err != nil {
		return nil, err
	}
	keys := paymock.NewKeys(secretstore.New(rt.AWS, c.SecretARN), rt.Now)
	store, hook := dynamo.NewPayMock(dynamo.NewClient(rt.AWS, "", c.Directory)), hookpost.New(mockpay.Webhook(c.Webhook, c.Base, c.AppURL), "Stripe-Signature", keys.Sign)
	site := mockpay.Site{Raw: httpapi.PaymentsMock(), Keys: keys, Base: c.Base, AppURL: c.AppURL, RequestID: boot.RequestID}
	prices := paymock.Prices(map[tenant.Plan]string{tenant.Pro: c.Pro[0], tenant.Enterprise: strings.Join(c.Agreed[:min(1, len(c.Agreed))], "")})
	site.Book = func(base string) *paymock.Book {
		setting := paymock.Setting{Prices: prices, Base: base, Random: rand.Text}
		return &paymock.Book{Store: store, Post: hook.Post, Setting: setting, Now: rt.Now, Warn: rt.Warn}
	}
	return edge.ServeRaw(rt, c.AppURL, httpapi.PaymentsMock(), site.Handler())
}

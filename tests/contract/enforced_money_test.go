package contract

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/boot/payments/webhook"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/hookpost"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

// buying are the settings of a function that calls the payment service.
type buying struct {
	edge.Settings
	Payments payments.Settings
}

// hearing are those of the webhook.
type hearing struct {
	Platform  string `env:"PLATFORM_TABLE"`
	Directory string `env:"DIRECTORY_TABLE"`
	AppURL    string `env:"APP_URL"`
	Orders    string `env:"BILLING_QUEUE_URL"`
	Payments  payments.Settings
}

// playing are those of the payment service's stand-in.
type playing struct {
	AppURL    string `env:"APP_URL"`
	Directory string `env:"DIRECTORY_TABLE"`
	SecretARN string `env:"STRIPE_SECRET_ARN"`
	Base      string `env:"STRIPE_API_BASE"`
	Pro       string `env:"STRIPE_PRICE_PRO"`
}

// ofMoney are those that buy, and those that hear and play the payment service.
func ofMoney() []enforced {
	return []enforced{
		behindAPI(httpapi.BillingCheckout.Route, func(_ context.Context, rt *boot.Runtime, c buying) (http.Handler, error) {
			provider, err := c.Payments.Provider(rt)
			if err != nil {
				return nil, err
			}
			service := &billing.Service{Store: dynamo.NewAccounts(c.Store(rt)), Provider: provider, AppURL: c.AppURL, Now: rt.Now}
			return edge.Serve(rt, c.Settings, httpapi.BillingCheckout, httpapi.Checkout(service))
		}),
		behindURL("stripe-webhook", tenant.Hook, func(_ context.Context, rt *boot.Runtime, c hearing) (http.Handler, error) {
			store := dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
			inbox := billing.Inbox{Store: dynamo.NewHooks(store), Queue: sqsqueue.New[billing.Order](rt.AWS, c.Orders), Now: rt.Now}
			events, err := webhook.New(rt, c.Payments, dynamo.NewCustomers(store), inbox)
			if err != nil {
				return nil, err
			}
			return edge.ServeRaw(rt, c.AppURL, httpapi.StripeWebhook(), events.Receive)
		}),
		behindURL("payments-mock", tenant.Mock, func(_ context.Context, rt *boot.Runtime, c playing) (http.Handler, error) {
			keys := paymock.NewKeys(secretstore.New(rt.AWS, c.SecretARN), rt.Now)
			hook := hookpost.New(mockpay.Webhook("", c.Base, c.AppURL), "Stripe-Signature", keys.Sign)
			site := mockpay.Site{Raw: httpapi.PaymentsMock(), Keys: keys, Base: c.Base, AppURL: c.AppURL, RequestID: boot.RequestID}
			site.Book = func(base string) *paymock.Book {
				setting := paymock.Setting{Prices: paymock.Prices(map[tenant.Plan]string{tenant.Pro: c.Pro}), Base: base, Random: rand.Text}
				return &paymock.Book{Store: dynamo.NewPayMock(dynamo.NewClient(rt.AWS, "", c.Directory)), Post: hook.Post, Setting: setting, Now: rt.Now, Warn: rt.Warn}
			}
			return edge.ServeRaw(rt, c.AppURL, httpapi.PaymentsMock(), site.Handler())
		}),
	}
}

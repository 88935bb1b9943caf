// Package stripepay takes money through Stripe. It implements billing.Provider
// and reads the events that Stripe signs. Errors name what Stripe answered by its
// codes alone: its sentences quote what people typed.
//
// It makes these calls, and no others:
//
//	POST   /v1/customers                     GET /v1/customers/<id>
//	GET    /v1/customers/search?query=…      GET /v1/customers?created[gte]=…
//	POST   /v1/customers/<id>                DELETE /v1/customers/<id>
//	POST   /v1/checkout/sessions             GET /v1/checkout/sessions/<id>
//	POST   /v1/checkout/sessions/<id>/expire
//	POST   /v1/billing_portal/sessions
//	GET    /v1/subscriptions?customer=<id>&status=all
//	POST   /v1/subscriptions/<id>            GET /v1/subscriptions/<id>
//	DELETE /v1/subscriptions/<id>
//	GET    /v1/invoices/<id>?expand[]=charge
//	GET    /v1/disputes?charge=<id>          GET /v1/disputes/<id>?expand[]=charge
//	POST   /v1/refunds
//	GET    /v1/events/<id>
package stripepay

import (
	"context"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	attemptTimeout = 8 * time.Second  // one try of one call, body included
	callTimeout    = 20 * time.Second // a call with its tries
	networkRetries = 2
)

// Settings say where Stripe is and what it sells.
type Settings struct {
	Base   string                 // Stripe's own address where empty
	Prices map[tenant.Plan]string // id of the price by the plan that it buys
	Former map[string]tenant.Plan // the plan by the id of a price that it was bought by before
}

// Client calls Stripe. It implements billing.Provider.
type Client struct {
	backend stripe.Backend
	keys    *Keys
	prices  map[tenant.Plan]string
	former  map[string]tenant.Plan
}

// New makes a client; it calls nothing yet.
func New(s Settings, keys *Keys) *Client {
	return newClient(s, keys, &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 5 * time.Second, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
	})
}

func newClient(s Settings, keys *Keys, transport http.RoundTripper) *Client {
	config := &stripe.BackendConfig{
		HTTPClient: &http.Client{
			Transport: transport, Timeout: attemptTimeout,
			// The service redirects nothing. What does is another, which is not shown the key.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // its lines quote bodies
		MaxNetworkRetries: stripe.Int64(networkRetries),
		EnableTelemetry:   stripe.Bool(false),
	}
	if s.Base != "" {
		config.URL = stripe.String(s.Base)
	}
	return &Client{backend: stripe.GetBackendWithConfig(stripe.APIBackend, config), keys: keys, prices: s.Prices, former: s.Former}
}

// plan is the plan that a price buys; "" for a price that is none of ours.
func (c *Client) plan(price *stripe.Price) tenant.Plan {
	if price == nil || price.ID == "" {
		return ""
	}
	for plan, id := range c.prices {
		if id == price.ID {
			return plan
		}
	}
	return c.former[price.ID]
}

// read makes a call that changes nothing. A key that is refused is read again,
// and the call made once more.
func (c *Client) read(ctx context.Context, doing string, call func(key string, p stripe.Params) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := c.withKey(ctx, func(key string) error { return call(key, stripe.Params{Context: ctx}) })
	return failed(doing, err)
}

// maxReplays is how many answers that are no longer wanted are passed over.
const maxReplays = 4

// write makes a call that is done once for its name. The service keeps the first
// answer to a name for a day, a refusal too: a card that was declined would stay
// so after it is replaced. So a refusal of before is passed over, and asked anew.
func (c *Client) write(ctx context.Context, doing, name string, call func(key string, p stripe.Params) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var err error
	for n := range maxReplays {
		once := name
		if n > 0 {
			once += again(n)
		}
		err = c.withKey(ctx, func(key string) error {
			return call(key, stripe.Params{Context: ctx, IdempotencyKey: stripe.String(once)})
		})
		if !replayed(err) {
			break
		}
	}
	return failed(doing, err)
}

// change makes a call that has no name of its own: it may be made again, or makes
// something new each time. The library names it, for its own tries.
func (c *Client) change(ctx context.Context, doing string, call func(key string, p stripe.Params) error) error {
	return c.read(ctx, doing, call)
}

// withKey makes a call with the key that is known, and once more with the one
// that is current when that was refused.
func (c *Client) withKey(ctx context.Context, call func(key string) error) error {
	key, err := c.keys.api(ctx)
	if err != nil {
		return err
	}
	err = call(key)
	if !unauthorized(err) {
		return err
	}
	next, readErr := c.keys.apiAfter(ctx, key)
	if readErr != nil {
		return readErr
	}
	if next == key {
		return err
	}
	return call(next)
}

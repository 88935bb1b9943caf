package product

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/devotionalai/platform/infra/local/settings"
)

// payments adds to the parameters who takes the money: Stripe when its key is
// given, and else the stand-in, which the product itself answers for.
func (p *Product) payments(ctx context.Context, all map[string]string) error {
	apiKey, live := p.options.Settings.Lookup("STRIPE_API_KEY")
	mode := all["BillingMode"]
	if mode == "" {
		mode = "mock"
		if live {
			mode = "stripe"
		}
	}
	all["BillingMode"] = mode
	var keys []string
	switch mode {
	case "off":
		return nil
	case "mock":
		apiKey, keys = p.secrets.MockKey, []string{p.secrets.MockWebhook}
		given := maps.Clone(all)
		maps.Copy(all, map[string]string{
			"StripeApiBase":  p.options.told(Payments, fmt.Sprintf("http://localhost:%d/mock/stripe", p.options.Settings.Port)),
			"StripePricePro": "price_mock_pro", "StripePriceEnterprise": "price_mock_enterprise",
		})
		maps.Copy(all, given)
	default:
		secrets, _ := p.options.Settings.Lookup("STRIPE_WEBHOOK_SECRET")
		keys = strings.Split(secrets, ",") // two during a rotation
	}
	doc, err := json.Marshal(map[string]any{"api_key": apiKey, "webhook_secrets": keys})
	if err != nil {
		return err
	}
	all["StripeSecretArn"], err = p.Stack.KeepSecret(ctx, settings.PaymentsSecret(all["Stage"], mode), string(doc), mode != "mock")
	return err
}
